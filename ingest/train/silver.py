"""Silver trees and names for texts that have no gold: spaCy's English parse, rewritten into Universal Dependencies, and its names.

  silver.py MODEL IN OUT.jsonl           MODEL: the folder of a spaCy pipeline (config.cfg); IN: JSON Lines with "text" and "id", or a folder of
                                         marked reports (written/)
  silver.py MODEL --check GUM_DIR        holds the rewritten parse, and the names, against GUM's gold

A line of OUT has what data.silver lays over our words: {"id", "tokens": [[start, end, sentence, head or -1, label], ..], "names": [[start, end, kind], ..]},
places in code points. spaCy is only needed for this, not for training with what it wrote.
"""
import json, os, sys
import data

NAMES = dict(PERSON="person", ORG="organization", GPE="place", LOC="place", FAC="place")
LABEL = dict(dobj="obj", nsubjpass="nsubj", csubjpass="csubj", auxpass="aux", dative="iobj", neg="advmod", poss="nmod", relcl="acl", npadvmod="obl", prt="compound",
             quantmod="advmod", intj="discourse", meta="discourse", preconj="cc", predet="det", oprd="xcomp", acomp="xcomp", attr="xcomp", ROOT="root", pobj="obl", nounmod="nmod")
NOMINAL = {"NOUN", "PROPN", "PRON", "NUM", "SYM"}


def universal(doc):
    """(head or -1, label) of each token in Universal Dependencies, from spaCy's parse."""
    n = len(doc)
    head = [-1 if t.dep_ == "ROOT" else t.head.i for t in doc]
    rel = [t.dep_ for t in doc]
    pos = [t.pos_ for t in doc]
    kids = lambda h: [i for i in range(n) if head[i] == h]
    # prepositions: their object takes their place, they become its case
    for t in reversed(list(doc)):
        i = t.i
        if rel[i] in ("prep", "agent", "dative") and pos[i] in ("ADP", "SCONJ", "PART", "VERB", "ADV"):
            objects = [k for k in kids(i) if rel[k] in ("pobj", "obl", "nmod", "pcomp", "advcl", "acl")]
            nominal = head[i] >= 0 and pos[head[i]] in NOMINAL
            if objects:
                o = objects[0]
                clause = rel[o] in ("pcomp", "advcl", "acl") and pos[o] in ("VERB", "AUX")
                head[o], rel[o] = head[i], ("acl" if nominal else "advcl") if clause else "nmod" if nominal else "obl"
                for k in kids(i):
                    if k != o: head[k] = o
                head[i], rel[i] = o, "mark" if clause else "case"
            else:
                rel[i] = "advmod" if rel[i] != "dative" else "iobj"
    # the verb "be" with a predicate: the predicate is the head. "There is X" keeps the verb.
    for t in doc:
        i = t.i
        if t.lemma_ == "be" or t.text.lower() in ("is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re", "'m", "’s", "’re", "’m"):
            ks = kids(i)
            pred = [k for k in ks if rel[k] in ("attr", "acomp")]
            if any(rel[k] == "expl" for k in ks):
                for k in pred: rel[k] = "nsubj"
                continue
            if not pred:  # "is in London", "was of use"
                pred = [k for k in ks if rel[k] == "obl" and k > i and any(rel[c] == "case" for c in kids(k))][:1] if rel[i] not in ("aux", "auxpass") else []
            if pred and rel[i] not in ("aux", "auxpass"):
                p = pred[0]
                head[p], rel[p] = head[i], rel[i]
                for k in ks:
                    if k != p: head[k] = p
                head[i], rel[i] = p, "cop"
    # "and" hangs on the conjunct after it; conjuncts on the first
    for i in range(n):
        if rel[i] == "cc":
            after = [k for k in range(i + 1, n) if rel[k] == "conj" and head[k] == head[i]]
            if after: head[i] = after[0]
    for i in range(n):
        if rel[i] == "conj":
            h, seen = head[i], 0
            while h >= 0 and rel[h] == "conj" and head[h] >= 0 and seen < n: h = head[h]; seen += 1
            head[i] = h
    # names of people: the first word is the head
    for e in doc.ents:
        if e.label_ != "PERSON": continue
        ws = [i for i in range(e.start, e.end) if pos[i] == "PROPN" or rel[i] == "compound"]
        while ws and ws[0] > 0 and doc[ws[0] - 1].text.rstrip(".") in ("Mr", "Mrs", "Ms", "Dr"): ws.insert(0, ws[0] - 1)
        if len(ws) < 2: continue
        out = [i for i in ws if head[i] not in ws]
        if len(out) != 1: continue
        old, first = out[0], ws[0]
        if old != first:
            head[first], rel[first] = head[old], rel[old]
            for k in range(n):
                if head[k] == old and k not in ws: head[k] = first
        for i in ws[1:]: head[i], rel[i] = first, "flat"
    for i in range(n):
        if rel[i] == "aux" and doc[i].text.lower() == "to": rel[i] = "mark"
        rel[i] = LABEL.get(rel[i], rel[i])
        if rel[i] == "prep": rel[i] = "advmod"
    return [(h if h != i else -1, r) for i, (h, r) in enumerate(zip(head, rel))]


def silver(nlp, text):
    """Parsed paragraph by paragraph, as no sentence runs over a paragraph's end."""
    tokens, names, sentence, at = [], [], -1, 0
    for p in text.split("\n"):
        if p.strip():
            doc = nlp(p)
            keep = [t.i for t in doc if not t.is_space]
            new = {t: len(tokens) + k for k, t in enumerate(keep)}
            for t, (h, r) in zip(doc, universal(doc)):
                if t.is_sent_start: sentence += 1
                if t.i in new: tokens.append([at + t.idx, at + t.idx + len(t.text), sentence, new.get(h, -1) if h >= 0 else -1, r])
            for e in doc.ents:
                if e.label_ in NAMES:
                    s, z = e.start_char, e.end_char
                    for tail in ("'s", "’s"):
                        if p[s:z].endswith(tail): z -= len(tail)
                    for front in ("the ", "The "):
                        if p[s:z].startswith(front): s += len(front)
                    names.append([at + s, at + z, NAMES[e.label_]])
        at += len(p) + 1
    return tokens, names


def check(nlp, folder):
    import train
    pc = data.Pieces(train.minilm() + "/vocab.txt")
    n = u = l = tp = ng = np_ = 0
    for d in data.gum(folder, pc):
        x = data.features(d.text, pc)
        tokens, names = silver(nlp, d.text)
        data.overlay(x, tokens); data.name(x, names)
        for w in range(len(d.words)):
            if d.head[w] == -2 or d.rel[w] in ("punct", "goeswith"): continue
            n += 1; u += x.head[w] == d.head[w]; l += x.head[w] == d.head[w] and x.rel[w] == d.rel[w]
        g, p = set(d.names), set(x.names)
        tp += len(g & p); ng += len(g); np_ += len(p)
    print(f"UAS {100 * u / n:.1f} LAS {100 * l / n:.1f}; names P {100 * tp / np_:.1f} R {100 * tp / ng:.1f} F1 {200 * tp / (np_ + ng):.1f}")


def texts(path):
    if not os.path.isdir(path):
        for line in open(path, encoding="utf8"):
            a = json.loads(line)
            yield a["id"], a["text"]
        return
    import train
    pc = data.Pieces(train.minilm() + "/vocab.txt")
    for f in sorted(os.listdir(path)):
        for d in data.written(os.path.join(path, f), pc): yield d.id, d.text


def main():
    import spacy
    nlp = spacy.load(sys.argv[1])
    if sys.argv[2] == "--check": return check(nlp, sys.argv[3])
    done = set()
    if os.path.exists(sys.argv[3]): done = {json.loads(line)["id"] for line in open(sys.argv[3], encoding="utf8")}
    with open(sys.argv[3], "a", encoding="utf8") as f:
        for id, text in texts(sys.argv[2]):
            if id in done: continue
            tokens, names = silver(nlp, text)
            f.write(json.dumps(dict(id=id, tokens=tokens, names=names)) + "\n"); f.flush()


if __name__ == "__main__": main()
