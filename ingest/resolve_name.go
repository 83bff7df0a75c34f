package ingest

import (
	"strings"

	"github.com/whence-graph/whence/graph"
)

// spelled is the one spelling that stands for all in which the Latin alphabet writes a person's name from another: Sergey Lavrov
// and Sergei Lavrov, Muhammad and Mohammed al-Masri. Given names are told by a list, surnames by their endings. Only full names are
// rewritten, and nothing is that English itself tells apart (Sara and Sarah, Stuart and Stewart). What has no other spelling is "".
func spelled(name string) string {
	words := graph.Words(name)
	if len(words) < 2 {
		return ""
	}
	for i, w := range words {
		switch last := i == len(words)-1; {
		case !last && given[w] != "":
			words[i] = given[w]
		case i > 0 && !last && w == "el":
			words[i] = "al"
		case last:
			words[i] = surname(w)
		}
	}
	if s := strings.Join(words, " "); s != graph.Fold(name) {
		return s
	}
	return ""
}

// surname rewrites the endings and clusters that differ between the ways to write Cyrillic.
func surname(w string) string {
	if len(w) < 5 {
		return w
	}
	w = strings.ReplaceAll(w, "tsch", "ch")
	for _, e := range []struct{ end, by string }{
		{"skiy", "sky"}, {"skij", "sky"}, {"skii", "sky"}, {"skyi", "sky"}, {"skyy", "sky"},
		{"off", "ov"}, {"eff", "ev"}, {"iyev", "iev"}, {"eyev", "eev"}, {"yov", "ev"}, {"enco", "enko"}, {"itch", "ich"},
		{"aya", "aia"}, {"aja", "aia"}, {"iya", "ia"}, {"ija", "ia"}, {"ei", "ey"}, {"iy", "ey"}, {"ij", "ey"},
	} {
		if root, ok := strings.CutSuffix(w, e.end); ok && len(root) > 1 {
			return root + e.by
		}
	}
	return w
}

// given maps the spellings of a given name to one of them. Each line is one name.
var given = spellings(`
	sergei sergey serguei sergej
	andrei andrey andrej andrii andriy
	alexei alexey aleksei aleksey oleksii oleksiy
	alexander aleksandr alexandr aleksander oleksandr
	dmitry dmitri dmitrii dmitriy dmitrij dmytro
	yuri yury yurii yuriy iurii juri
	nikolai nikolay nikolaj mykola
	mikhail mihail michail mykhailo mykhaylo
	vladimir volodymyr wladimir
	vasily vasili vasilii vasiliy vasyl
	georgy georgi georgii georgiy gheorghi
	yevgeny evgeny yevgeni evgeni evgenii yevgeniy yevgenii evgueni
	gennady gennadi gennadii gennadiy
	oleg oleh
	igor ihor
	sergiu serghiu
	ekaterina yekaterina
	elena yelena
	natalia natalya nataliya natalja
	tatiana tatyana tatjana
	yulia yuliya julija iuliia yuliia
	mohammed muhammad mohammad mohamed muhammed mohamad muhamed
	ahmed ahmad ahmet
	mahmoud mahmud mahmood
	hussein hussain husayn hossein hosein husein
	hassan hasan
	yusuf yousef youssef yousuf yosef
	ibrahim ebrahim
	abdullah abdallah abdulla
	omar umar
	osama usama
	khaled khalid
	said saeed saeid sayid
	mustafa mostafa moustafa
	suleiman sulaiman suleyman
`)

func spellings(list string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(list) {
		names := strings.Fields(line)
		for _, n := range names {
			m[n] = names[0]
		}
	}
	return m
}
