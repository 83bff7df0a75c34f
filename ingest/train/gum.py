"""GUM's attributions as a gold file for `whence eval`: source and cue from the signals of its discourse relations, content the units they govern.

  gum.py GUM_FOLDER OUT.jsonl

An attribution that lies inside the content of another has "hop" 2: whence eval tells how many of those are found.
"""
import glob, json, os, re, sys


def document(path):
    """Text; (start, end) of each token; of each unit its tokens, its head and relation, and the tokens of its signals."""
    text, toks, units = "", [], {}
    unit, mwt = None, None
    for line in open(path, encoding="utf8"):
        line = line.rstrip("\n")
        if line.startswith("# newpar") and not line.startswith("# newpar_block") and text: text = text.rstrip() + "\n\n"
        if not line or not line[0].isdigit(): continue
        c = line.split("\t")
        misc = dict(x.split("=", 1) for x in c[9].split("|") if "=" in x)
        if "." in c[0]: continue
        if "-" in c[0]:
            mwt = (int(c[0].split("-")[1]), misc.get("SpaceAfter") == "No")
            continue
        for d in misc.get("Discourse", "").split(";")[:1]:  # further ones are secondary
            if d:
                rel, ids, *rest = d.split(":")
                a, _, b = ids.partition("->")
                unit = int(a)
                units[unit] = dict(tokens=[], head=int(b) if b else None, rel=rel, signals=":".join(rest))
        if unit is not None: units[unit]["tokens"].append(len(toks))
        s = len(text)
        text += c[1]
        toks.append((s, len(text)))
        if mwt:
            if int(c[0]) == mwt[0]:
                if not mwt[1]: text += " "
                mwt = None
        elif misc.get("SpaceAfter") != "No": text += " "
    return text.rstrip(), toks, units


def signal(text, kind, n):
    """Tokens, from 0, that a kind of signal names: sem-atsrc-160-165,172-179-_ means runs by their ends or single tokens, from 1."""
    out = []
    for part in text.split("+"):
        m = re.search(kind + r"-([\d,-]+)-", part + "-")
        if m:
            nums = [list(map(int, x.split("-"))) for x in m[1].strip("-").split(",") if x.strip("-")]
            for x in nums:
                for v in x if len(x) != 2 else range(x[0], x[1] + 1):
                    if 0 < v <= n: out.append(v - 1)
    return sorted(set(out))


def spans(tokens, toks):
    out = []
    for k in tokens:
        if out and k == last + 1: out[-1][1] = toks[k][1]
        else: out.append([*toks[k]])
        last = k
    return out


def attributions(path):
    text, toks, units = document(path)
    kids = {}
    for k, u in units.items(): kids.setdefault(u["head"], []).append(k)
    def under(k):
        out, todo = set(), [k]
        while todo:
            x = todo.pop()
            if x not in out: out.add(x); todo += kids.get(x, [])
        return out
    found = []
    for k, u in units.items():
        if not u["rel"].startswith("attribution") or u["head"] not in units: continue
        content = {u["head"]} | {x for c in kids.get(u["head"], []) if c != k and not units[c]["rel"].startswith("attribution") and abs(c - u["head"]) < 4 for x in under(c)}
        source, cue = signal(u["signals"], "sem-atsrc", len(toks)), signal(u["signals"], "lex-indwd", len(toks))
        if not cue: cue = [t for t in u["tokens"] if t not in source]
        found.append((k, source, cue, sorted(t for x in content for t in units[x]["tokens"])))
    rows = []
    for k, source, cue, content in found:
        nested = any(k != j and set(units[k]["tokens"]) <= set(other) for j, _, _, other in found)
        rows.append(dict(source=spans(source, toks), cue=spans(cue, toks), content=spans(content, toks), hop=2 if nested else 1))
    return dict(id=os.path.basename(path)[:-7], text=text, attributions=rows)


if __name__ == "__main__":
    with open(sys.argv[2], "w", encoding="utf8") as f:
        for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.conllu"))): f.write(json.dumps(attributions(path)) + "\n")
