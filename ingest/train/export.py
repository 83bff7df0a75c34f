"""Writes a trained reader as the two files that ingest/encoder reads: the encoder with the mix of its layers, the heads, the knobs.

  export.py RUN OUT            words.bin, layers.bin and golden.json (what the Go code must reproduce) from RUN/ema.pt
  export.py RUN OUT --score    the same, and the dev figures with the weights as the files hold them (int8 by row)

Beside the encoder's own tensors (h = 384; DENSE: int8 rows with a .bias, zeros where the head has none; the rest floats):
  norm.roles, norm.tree, norm.spans   .weight, .bias [h]: a layer norm, epsilon 1e-12, of the encoder's output at a word's
                        first piece: x. roles feeds tag and said; tree feeds arc, lab, sentence; spans feeds span, coref
  tag             DENSE [7][h]        role scores;  crf.trans [7][7], crf.start [7]: forbidden steps (-1e4) included
  said.cue        DENSE [128][2h]     on x of a cue's first and last word;  said.word DENSE [128][h] on each word's x
  said.far [21][128], said.par [3][128]    rows for the distance (model.bucket) and for the paragraph: before, same, after
  said.out        DENSE [3][128]      of ReLU(the sum of these four); softmax gives neither, source, content
  name            DENSE [7][h]        on spans' x: outside, B- and I- of each of `names`
  root [h]                            x of the root, a possible head in front of all words
  arc.dep, arc.head DENSE [128][h]    ReLU; then the biaffine form "arc", one score
  lab.dep, lab.head DENSE [64][h]     ReLU; then "lab", a score for each of `labels`
  sentence        DENSE [1][h]        above 0: a sentence begins here
  span.first, span.last DENSE [96][h] ReLU; then "span", a score for each of `kinds`, above 0: a mention
  coref.mention, coref.earlier DENSE [128][2h]   ReLU, on x of a mention's first word and its head; then "coref", one score,
  coref.far [21]                      plus this for the distance of the heads in steps of 8 words (bucket);  coref.none DENSE [1][128] of coref.mention
A biaffine form F of y and z, d wide, o scores: F.u DENSE [o*d][d], F.a, F.b DENSE [o][d]; score k is the sum over i of
y[i] * (u z)[k*d + i], plus (a y)[k], plus (b z)[k]. y: the dependent, the first word, the mention.
"""
import argparse, json, os
import numpy as np, torch
import data, decode
from model import RELS, Reader

import export_encoder


def tensors(net):
    f = lambda p: p.detach().float().numpy()
    t = {}

    def dense(name, w, bias=None):
        w = f(w).reshape(-1, w.shape[-1])
        t[name], t[name + ".bias"] = ("rows8", w), np.zeros(len(w), np.float32) if bias is None else f(bias)

    def biaffine(name, m): dense(name + ".u", m.U); dense(name + ".a", m.a.weight); dense(name + ".b", m.b.weight, m.b.bias)

    for k, m in net.norm.items(): t[f"norm.{k}.weight"], t[f"norm.{k}.bias"] = f(m.weight), f(m.bias)
    for k, m in {"tag": net.tag, "said.cue": net.said_cue, "said.word": net.said_word, "said.out": net.said_out, "arc.dep": net.arc_dep, "arc.head": net.arc_head,
                 "name": net.name, "lab.dep": net.lab_dep, "lab.head": net.lab_head, "sentence": net.sent, "span.first": net.span_a, "span.last": net.span_z,
                 "coref.mention": net.co_m, "coref.earlier": net.co_a, "coref.none": net.co_none}.items(): dense(k, m.weight, m.bias)
    for k in ("arc", "lab", "span", "co"): biaffine("coref" if k == "co" else k, getattr(net, k))
    T, S = net.crf()
    t.update({"crf.trans": f(T), "crf.start": f(S), "said.far": f(net.said_far.weight), "said.par": f(net.said_par.weight), "root": f(net.root), "coref.far": f(net.co_far.weight)[:, 0]})
    t["labels"], t["kinds"], t["names"] = " ".join(RELS), " ".join(data.KINDS), " ".join(data.NAMES)
    return t


@torch.no_grad()
def quantise(net):
    """Rounds the weights as the files do."""
    floats = ("position_embeddings", "token_type", "feats", "who", "trans", "ban", "said_far", "said_par", "co_far")
    for name, p in net.named_parameters():
        if p.dim() >= 2 and not any(k in name for k in floats):
            p.copy_(torch.tensor(export_encoder.dequantised(p.reshape(-1, p.shape[-1]).numpy())).view_as(p))


TEXTS = ["The harbour will close in June, the Valley Herald reported on Monday, citing the port's director, Jonas Weil.\n\n"
         "“We have no money left,” Weil said. He added that 240 jobs might go; the union, which calls the plan \"a bad joke\", wants a strike.",
         "Ann Bell denied it.\nAccording to a memo seen by THE DAILY POST, \"the pump failed\" twice. Nobody has explained why!",
         "", "\u00a0“", "McArthur’s İzmir café sold 3½ litres at 4²\u2009€… _so what_? ﬁne ǅ 北京 9 Ⅷ", "said", "A spokesman, who asked not to be named, told reporters: “It’s over.” Really?"]


@torch.no_grad()
def golden(net, pc, knobs):
    """A few invented texts with everything computed from them, in float32 on the rounded weights."""
    import train
    out = []
    for s in TEXTS:
        d = data.features(s, pc)
        enc = train.encode(net, [d], pc) if d.words else []
        out.append(dict(text=s, feats=[list(map(int, (*f, c, p))) for f, c, p in zip(d.feats, d.cut, d.par)], pieces=d.pieces,
                        roles=[[round(float(v), 3) for v in r] for x in enc for r in x[3]],
                        attributions=train.attribute(net, enc, knobs).get("", dict(attributions=[]))["attributions"], **parsed(net, d, pc)))
    return out


def parsed(net, d, pc):
    """Of each word its head (-1 at a root), label and sentence; names as [first, last + 1, kind]."""
    import train
    heads, labels, sents, names = [], [], [], []
    for i, j in data.windows(d):
        n = j - i
        xs = net(train.collate([(d, i, j)], pc, ("tree", "spans")))
        A, x = net.arcs(xs["tree"])[0].double().numpy(), xs["tree"]
        begin = net.sent(x)[0, :, 0] > 0
        names += [[i + a, i + b, data.NAMES[k]] for a, b, k in decode.names(net.name(xs["spans"])[0].double().numpy())]
        a = 0
        while a < n:
            b = a + 1
            while b < n and not begin[b] and d.cut[i + b] != 2: b += 1
            heads += [i + a + h if h >= 0 else -1 for h in decode.tree(np.concatenate([A[a:b, :1], A[a:b, 1 + a:1 + b]], 1))]
            sents += [sents[-1] + 1 if sents else 0] * (b - a)
            a = b
        cols = torch.tensor([0 if h < 0 else h - i + 1 for h in heads[i:j]])
        labels += [RELS[k] for k in net.labels(x, torch.zeros(n, dtype=torch.long), torch.arange(n), cols).argmax(1).tolist()]
    return dict(heads=heads, labels=labels, sentences=sents, names=names)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("run"); p.add_argument("out"); p.add_argument("--score", action="store_true")
    a = p.parse_args()
    o = argparse.Namespace(**json.load(open(a.run + "/options.json")))
    net = Reader(o.base, layers=[int(k) for k in o.layers.split(",")] if o.layers else None)
    net.load_state_dict(torch.load(a.run + "/ema.pt"))
    net.eval()
    pc = data.Pieces(o.base + "/vocab.txt")
    knobs = dict(decode.KNOBS)
    if os.path.exists(a.run + "/knobs.json"): knobs.update(json.load(open(a.run + "/knobs.json")))
    state = {k: v.detach() for k, v in net.state_dict().items() if k.startswith("bert.")}
    k = "bert.embeddings.token_type_embeddings.weight"
    state[k] = state[k] + net.who.weight[0].detach()      # nobody in particular: one more constant in each position
    extra = tensors(net)
    extra["knobs"] = json.dumps(knobs)
    export_encoder.export(a.out, state, open(o.base + "/vocab.txt", encoding="utf8").read().rstrip("\n").split("\n"),
                          [m.weight.detach().numpy() for m in net.feats], mix=np.array([0, *net.mix.softmax(0).tolist()], dtype=np.float32), extra=extra)
    quantise(net)
    json.dump(golden(net, pc, knobs), open(a.out + "/golden.json", "w"), ensure_ascii=False)
    print({f: os.path.getsize(a.out + "/" + f) for f in ("words.bin", "layers.bin")})
    if a.score:
        import train
        dev = list(data.polnear(o.eval + "/polnear/dev.jsonl", pc))
        print(json.dumps(train.figures(o, train.attribute(net, train.encode(net, dev, pc), knobs), train.scorer(o))))


if __name__ == "__main__": main()
