"""Texts into what the reader model eats: words, word pieces, three features a word, windows, and the gold of PolNeAR and GUM.

Everything here that a running reader needs (words, shape, features, windows) must be the same in Go, byte for byte:
  words     maximal runs of \\w, or one character that is neither \\w nor white space
  pieces    BERT word pieces of each word, lower-cased, at most 8 of them
  features  shape 0..6, quote 0..1, gap 0..3 (see `features`)
  windows   whole paragraphs packed up to a number of pieces; a paragraph that is too long is cut at a sentence's end
"""
import bisect, glob, json, os, re
from dataclasses import dataclass, field
from tokenizers import BertWordPieceTokenizer

ROLES = ("source", "cue", "content")
TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
KINDS = ("person", "organization", "place", "event", "time", "object", "abstract", "substance", "animal", "plant")
NAMES = ("person", "organization", "place")
ANNOTATORS = ("", "4b22", "ef2d", "4e07", "d473", "6b86", "5fec")  # 0: nobody in particular, as when reading
TITLES = set("mr mrs ms miss dr prof professor president vice senator sen rep representative congressman justice chief judge general gen secretary minister prime king queen emperor "
             "lord lady sir governor gov mayor speaker madam chairman director captain colonel reverend earl ambassador chancellor".split())
WORD = re.compile(r"\w+|[^\w\s]")
MAX_PIECES = 192  # a window, with [CLS] and [SEP]


class Pieces:
    """Word pieces of single words. (transformers 5 ignores a vocab_file silently, hence tokenizers.)"""

    def __init__(self, vocab):
        self.tok = BertWordPieceTokenizer(vocab, lowercase=True)
        self.cls, self.sep, self.unk = (self.tok.token_to_id(t) for t in ("[CLS]", "[SEP]", "[UNK]"))
        self.cache = {}

    def __call__(self, w):
        if w not in self.cache:
            self.cache[w] = self.tok.encode(w, add_special_tokens=False).ids[:8] or [self.unk]
        return self.cache[w]


def shape(w):
    """0 lower, 1 Capitalised, 2 ALL CAPS, 3 miXed, 4 digits, 5 punctuation; 6 is kept for [CLS] and [SEP]."""
    if not w[0].isalnum(): return 5
    if w.isdigit(): return 4
    if w.islower(): return 0
    if w.isupper(): return 2 if len(w) > 1 else 1
    return 1 if w[0].isupper() and w[1:].islower() else 3


@dataclass
class Doc:
    id: str
    text: str
    off: list                 # (start, end) of each word, in code points
    words: list
    pieces: list              # ids of each word
    feats: list               # (shape, quote, gap) of each word
    par: list                 # paragraph number of each word
    cut: list                 # 2 a paragraph starts here, 1 a sentence may, 0 neither
    annotator: int = 0
    tags: list = None         # PolNeAR: a tag a word
    said: list = field(default_factory=list)    # PolNeAR: (source (i, j) or None, cue (i, j), [content (i, j), ..]) in words
    sent: list = None         # GUM: sentence number of each word
    head: list = None         # GUM: index of the head word, -1 root, -2 unknown
    rel: list = None          # GUM: dependency label
    ents: list = field(default_factory=list)    # mentions: (i, j, kind or -1, group)
    names: list = None        # (i, j, kind): the proper names among NAMES, that never overlap


def features(text, pieces, id=""):
    off = [m.span() for m in WORD.finditer(text)]
    words = [text[s:e] for s, e in off]
    feats, par, cut = [], [], []
    inq, p = False, 0
    for i, w in enumerate(words):
        gap = text[off[i - 1][1]:off[i][0]] if i else "\n"
        g = 3 if i == 0 else 2 if "\n" in gap else 1 if gap else 0
        if g >= 2:
            inq = False
            p += i > 0
        if w == "“": inq = True
        elif w == '"': inq = not inq
        feats.append((shape(w), 1 if inq else 0, g))
        if w == "”": inq = False
        par.append(p)
        ended = i > 1 and gap and (words[i - 1] in ".?!" or words[i - 1] in '”"' and words[i - 2] in ".?!")
        cut.append(2 if g >= 2 else 1 if ended and (w[0].isupper() or w in '“"') else 0)
    return Doc(id, text, off, words, [pieces(w) for w in words], feats, par, cut)


def silver(path, docs):
    """Lays what silver.py wrote over documents of the same ids."""
    by = {}
    for line in open(path, encoding="utf8"):
        a = json.loads(line)
        by[a["id"]] = a
    for d in docs:
        if d.id in by: overlay(d, by[d.id]["tokens"]); name(d, by[d.id]["names"])


def head_of(d, i, j):
    """The word of [i, j) that hangs on one outside, as the tree has it; the last where there is no tree."""
    if d.head:
        for w in range(i, j):
            if not i <= d.head[w] < j: return w
    return j - 1


def who_is_who(path, docs):
    """Lays silver mentions (silver_coref.py) over documents of the same ids that have a tree; nominals of the tree that no group holds are
    mentions of their own, or the model would never see one that refers to nobody before."""
    by = {}
    for line in open(path, encoding="utf8"):
        a = json.loads(line)
        by[a["id"]] = a["mentions"]
    for d in docs:
        if d.id not in by or not d.head: continue
        ends = [e for _, e in d.off]
        for s, e, g in by[d.id]:
            w = word_span(d, ends, s, e)
            if w: d.ents.append((*w, -1, g))
        taken = {head_of(d, i, j) for i, j, _, _ in d.ents}
        inside = {w for i, j, _, _ in d.ents for w in range(i, j)}
        first = list(range(len(d.words)))
        for w in range(len(d.words)):
            h, seen = d.head[w], 0
            while h >= 0 and seen < 30: first[h] = min(first[h], w); h = d.head[h]; seen += 1
        for w, r in enumerate(d.rel):
            if r in ("nsubj", "obj", "iobj", "obl", "nmod") and w not in taken and w not in inside and d.words[w].lower() not in PRONOUNS and w - first[w] < 8 and d.feats[w][0] not in (4, 5):
                d.ents.append((first[w], w + 1, -1, f"lone{w}"))
        d.ents = sorted(set(d.ents))


PRONOUNS = set("i me my you your he him his she her it its we us our they them their who whom which that this these those there what".split())
MARK = re.compile(r"\{(?:([SQC])(\d+)(?:<\d+)?|@([\w.-]+)) ")


def written(path, pieces):
    """Reports that were written for this (written/): marked text, a line of ==== between two. Marks, which may nest: {S1 ..} {Q1 ..} {C1 ..} are
    source, cue and content of attribution 1, {Q2<1 ..} the cue of one that 1 passes on, {@key ..} a mention of an actor.
    An attribution inside the content of another is gold of a document of its own, the content by itself: so it is read (ingest/second.go)."""
    for n, block in enumerate(re.split(r"^====\s*$", open(path, encoding="utf8").read(), flags=re.M)):
        s = re.sub(r"\A#.*\n", "", block.strip()).strip()
        if not s: continue
        text, open_, spans, i = "", [], [], 0
        while i < len(s):
            m = MARK.match(s, i)
            if m: open_.append((m, len(text))); i = m.end(); continue
            if s[i] == "}": m, a = open_.pop(); spans.append((m, a, len(text)))
            else: text += s[i]
            i += 1
        said = {}
        for m, a, b in spans:
            if m[1]: said.setdefault(int(m[2]), dict(S=[], Q=[], C=[]))[m[1]].append((a, b))
        id = f"{os.path.basename(path)[:-4]}-{n}"
        d = features(text, pieces, id)
        ends = [e for _, e in d.off]
        d.ents = sorted({(*w, -1, m[3]) for m, a, b in spans if m[3] for w in [word_span(d, ends, a, b)] if w})
        inner = {}
        for k, x in said.items():
            at = x["S"] + x["Q"] + x["C"]
            for o, y in said.items():
                if o != k and all(any(a <= p and q <= b for a, b in y["C"]) for p, q in at): inner.setdefault(o, []).append(k)
        nested = {k for ks in inner.values() for k in ks}
        yield attribute(d, [dict(source=x["S"], cue=x["Q"], content=x["C"]) for k, x in said.items() if k not in nested])
        for o, ks in inner.items():
            part, shift = "", []
            for a, b in sorted(said[o]["C"]): shift.append((a, b, len(part))); part += text[a:b] + " "
            move = lambda at: [(p - a + z, q - a + z) for p, q in at for a, b, z in shift if a <= p and q <= b]
            # of attributions that lie in one another the outermost: the next reading finds the next
            top = [k for k in ks if not any(k in inner.get(j, []) for j in ks)]
            yield attribute(features(part + ".", pieces, f"{id}-{o}"), [{r: move(said[k][c]) for r, c in zip(ROLES, "SQC")} for k in top])


def windows(d, limit=MAX_PIECES, first=None):
    """[(i, j)) in words, without overlap. `first` shortens the first window, so that training sees other cuts each time."""
    out, i, lim = [], 0, first or limit
    n = len(d.words)
    while i < n:
        used, j, best = 2, i, None
        while j < n and used + len(d.pieces[j]) <= lim:
            used += len(d.pieces[j])
            j += 1
            if j < n and d.cut[j] and (best is None or d.cut[j] >= d.cut[best]): best = j
        if j == i: j = i + 1
        if j < n and best: j = best
        out.append((i, j))
        i, lim = j, limit
    return out


def word_span(d, ends, s, e):
    i = bisect.bisect_right(ends, s)
    j = i
    while j < len(d.off) and d.off[j][0] < e: j += 1
    return (i, j) if j > i else None


def polnear(path, pieces, limit=0):
    """PolNeAR's articles. Its spans never nest: a tag a word says it all, but for who shares a source."""
    for k, line in enumerate(open(path, encoding="utf8")):
        if limit and k >= limit: break
        a = json.loads(line)
        d = features(a["text"], pieces, a["id"])
        who = a.get("annotator", "")
        d.annotator = ANNOTATORS.index(who) if who in ANNOTATORS else 0
        yield attribute(d, a["attributions"])


def attribute(d, attributions):
    """Lays attributions, each lists of (start, end) by role, over a document."""
    ends = [e for _, e in d.off]
    d.tags = [0] * len(d.words)
    todo = []
    for x in attributions:
        spans = {}
        for r in ROLES:
            ps = []
            for s, e in sorted(map(tuple, x[r])):
                w = word_span(d, ends, s, e)
                if not w: continue
                if ps and w[0] <= ps[-1][1]: ps[-1] = (ps[-1][0], max(w[1], ps[-1][1]))
                else: ps.append(w)
            spans[r] = ps
            todo += [(j - i, i, j, r) for i, j in ps]
        if spans["cue"]: d.said.append((spans["source"][0] if spans["source"] else None, spans["cue"][0], spans["content"]))
    for _, i, j, r in sorted(todo, reverse=True):
        b = 1 + 2 * ROLES.index(r)
        d.tags[i:j] = [b] + [b + 1] * (j - i - 1)
    for i, t in enumerate(d.tags):  # an I- whose beginning was overwritten
        if t and t % 2 == 0 and (i == 0 or d.tags[i - 1] not in (t, t - 1)): d.tags[i] = t - 1
    return d


def overlay(d, toks):
    """Lays a tree over our words. toks: (start, end, sentence, head's index in toks or -1, label), by place."""
    n, starts = len(d.words), [t[0] for t in toks]
    owner = [bisect.bisect_right(starts, s) - 1 for s, _ in d.off]       # token of each word
    first = {}
    for w, t in enumerate(owner): first.setdefault(t, w)
    def word_of(k):  # a token that no word starts in hangs on its head's word
        seen = 0
        while k >= 0 and k not in first and seen < 20: k = toks[k][3]; seen += 1
        return first.get(k)
    d.sent = [toks[t][2] for t in owner]
    d.head, d.rel = [-2] * n, [""] * n
    for w, t in enumerate(owner):
        if first[t] != w: d.head[w], d.rel[w] = first[t], "goeswith"; continue
        h, rel = toks[t][3:5]
        if h < 0: d.head[w], d.rel[w] = (-1, "root") if rel == "root" else (-2, ""); continue
        x = word_of(h)
        if x is not None and x != w: d.head[w], d.rel[w] = x, rel


def name(d, names):
    """names: (start, end, kind); of two that overlap the first counts."""
    ends, d.names = [e for _, e in d.off], []
    for s, e, kind in sorted(names, key=lambda x: (x[0], -x[1])):
        w = word_span(d, ends, s, e)
        if w and (not d.names or w[0] >= d.names[-1][1]): d.names.append((w[0], w[1], NAMES.index(kind)))


def proper(toks, ents, text):
    """The names among GUM's mentions: the capitalised words around a mention's proper head, of the smallest mention that has it,
    without titles."""
    out = {}
    word = lambda k: text[toks[k][0]:toks[k][1]]
    large = lambda k: toks[k][7] == "PROPN" or word(k)[0].isupper() and toks[k][5] in ("amod", "compound", "flat", "nmod") and toks[k][7] != "PRON"
    for b, e, kind, _ in sorted(ents, key=lambda x: x[0] - x[1]):
        inside = {(toks[k][2], toks[k][3]) for k in range(b, e + 1)}
        heads = [k for k in range(b, e + 1) if (toks[k][2], toks[k][4]) not in inside]
        if len(heads) != 1 or toks[heads[0]][7] != "PROPN": continue
        i = j = heads[0]
        while i > b and large(i - 1): i -= 1
        while j < e and large(j + 1): j += 1
        while kind == "person" and i <= j and word(i).rstrip(".").lower() in TITLES: i += 1
        if i > j or word(j).endswith(("ans", "ese")): continue
        if kind in NAMES: out[i, j] = kind
        else: out.pop((i, j), None)
    return [(i, j, kind) for (i, j), kind in out.items()]


def gum(folder, pieces):
    """GUM's documents: dependencies, entities with coreference. UD tokens are laid over our words."""
    for path in sorted(glob.glob(os.path.join(folder, "*.conllu"))):
        text, toks, sno = "", [], -1          # tok: (start, end, sentence, number, head, rel, entity field, part of speech)
        mwt = None
        for line in open(path, encoding="utf8"):
            line = line.rstrip("\n")
            if line.startswith("# newpar") and not line.startswith("# newpar_block") and text: text = text.rstrip() + "\n\n"
            elif line.startswith("# sent_id"): sno += 1
            elif line and line[0].isdigit():
                c = line.split("\t")
                misc = dict(x.split("=", 1) for x in c[9].split("|") if "=" in x)
                if "." in c[0]: continue
                if "-" in c[0]:
                    a, b = map(int, c[0].split("-"))
                    mwt = (b, misc.get("SpaceAfter") == "No")
                    continue
                s = len(text)
                text += c[1]
                toks.append((s, len(text), sno, int(c[0]), int(c[6]), c[7].split(":")[0], misc.get("Entity", ""), c[3]))
                if mwt:
                    if int(c[0]) == mwt[0]:
                        if not mwt[1]: text += " "
                        mwt = None
                elif misc.get("SpaceAfter") != "No": text += " "
        d = features(text, pieces, os.path.basename(path)[:-7])
        num = {(t[2], t[3]): k for k, t in enumerate(toks)}
        overlay(d, [(s, e, sent, num.get((sent, h), -1), rel) for s, e, sent, _, h, rel, _, _ in toks])
        open_, ents = {}, []
        for k, t in enumerate(toks):
            for m in re.finditer(r"\(([^()]+)(\))?|(\d+)\)", t[6]):
                if m[1]:
                    g, kind = m[1].split("-")[:2]
                    if m[2]: ents.append((k, k, kind, g))
                    else: open_.setdefault(g, []).append((k, kind))
                elif open_.get(m[3]):
                    b, kind = open_[m[3]].pop()
                    ents.append((b, k, kind, m[3]))
        name(d, [(toks[b][0], toks[e][1], kind) for b, e, kind in proper(toks, ents, text)])
        for b, e, kind, g in ents:
            w = word_span(d, [y for _, y in d.off], toks[b][0], toks[e][1])
            if w and kind in KINDS: d.ents.append((w[0], w[1], KINDS.index(kind), g))
        d.ents = sorted(set(d.ents))
        yield d
