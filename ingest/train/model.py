"""The reader: one small BERT, and heads on it that are plain matrix products.

roles    a CRF over BIO tags of source, cue and content, a word at a time
said     for a cue and any word of the window: is the word in this cue's source, in its content, or neither?
tree     dependency: biaffine head, biaffine label
names    BIO tags of proper names by kind, a word at a time, on the norm of spans
spans    mentions: biaffine over first and last word, a score for each kind
coref    mentions, by their first word and their head: bilinear score for each earlier mention, and one for "none of them"
"""
import torch, torch.nn as nn, torch.nn.functional as F
from transformers import BertModel
from data import ANNOTATORS, KINDS, NAMES, TAGS

NEVER = -1e4
RELS = ("root acl advcl advmod amod appos aux case cc ccomp compound conj cop csubj dep det discourse dislocated expl fixed "
        "flat goeswith iobj list mark nmod nsubj nummod obj obl orphan parataxis punct reparandum vocative xcomp").split()
FEATS = (7, 2, 4)
BUCKETS = 21
FAR = 8             # words in a step of the distance between mentions


def bucket(d):
    """Signed distances in 21 buckets: 0, then 1, 2, 3, 4-5, 6-8, 9-13, 14-21, 22-35, 36-60, more, each way."""
    a = d.abs()
    k = torch.bucketize(a, torch.tensor([1, 2, 3, 4, 6, 9, 14, 22, 36, 61]), right=True)
    return torch.where(d < 0, 10 - k, 10 + k)


def forbidden():
    t = torch.zeros(7, 7)
    for a in range(7):
        for b in (2, 4, 6):
            if a not in (b - 1, b): t[a, b] = NEVER
    s = torch.zeros(7)
    s[[2, 4, 6]] = NEVER
    return t, s


class LogZ(torch.autograd.Function):
    """log of the sum over all tag sequences, by forward-backward in scaled probabilities: exact and quick on a CPU."""

    @staticmethod
    def forward(ctx, e, trans, start, mask):
        B, T, K = e.shape
        top = e.amax(2, keepdim=True)
        E, A = (e - top).exp(), trans.exp()
        al, c = torch.empty(T, B, K), torch.ones(T, B)
        a = E[:, 0] * start.exp()
        s = a.sum(1).clamp_min(1e-30)
        al[0], c[0] = a / s[:, None], s
        Et, m = E.transpose(0, 1).contiguous(), mask.t().contiguous()
        for t in range(1, T):
            a = (al[t - 1] @ A) * Et[t]
            s = a.sum(1).clamp_min(1e-30)
            al[t] = torch.where(m[t, :, None], a / s[:, None], al[t - 1])
            c[t] = torch.where(m[t], s, c[t])
        ctx.save_for_backward(al, c, Et, A, m)
        return c.log().sum(0) + (top[..., 0] * mask).sum(1)

    @staticmethod
    def backward(ctx, g):
        al, c, Et, A, m = ctx.saved_tensors
        T, B, K = al.shape
        be = torch.empty(T, B, K)
        be[T - 1] = 1
        xi = torch.zeros(K, K)
        for t in range(T - 1, 0, -1):
            v = Et[t] * be[t] / c[t][:, None] * m[t, :, None]
            xi += (al[t - 1] * g[:, None]).t() @ v
            be[t - 1] = torch.where(m[t, :, None], v @ A.t(), be[t])
        p = (al * be * m[..., None])
        p = p / p.sum(2, keepdim=True).clamp_min(1e-30)
        ge = (p * g[None, :, None] * m[..., None]).transpose(0, 1)
        return ge, xi * A, (p[0] * g[:, None]).sum(0), None


class Biaffine(nn.Module):
    """score[o, i, j] = x_i' U_o y_j + a_o x_i + b_o y_j + c_o"""

    def __init__(s, d, out):
        super().__init__()
        s.U = nn.Parameter(torch.zeros(out, d, d)); s.a = nn.Linear(d, out, bias=False); s.b = nn.Linear(d, out)
        nn.init.normal_(s.U, std=d ** -0.75)

    def forward(s, x, y):
        v = torch.einsum("bid,ode,bje->boij", x, s.U, y)
        return v + s.a(x).transpose(1, 2)[..., None] + s.b(y).transpose(1, 2)[:, :, None]

    def pairs(s, x, y):
        return torch.einsum("nd,ode,ne->no", x, s.U, y) + s.a(x) + s.b(y)


class Reader(nn.Module):
    def __init__(s, base, said=128, arc=128, lab=64, span=96, coref=128, drop=0.1, layers=None):
        super().__init__()
        s.bert = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="sdpa")
        if layers: s.bert.encoder.layer = nn.ModuleList(s.bert.encoder.layer[k] for k in layers)
        for m in s.bert.modules():
            if isinstance(m, nn.Dropout): m.p = drop
        h, L = s.bert.config.hidden_size, len(s.bert.encoder.layer)
        s.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        s.feats = nn.ModuleList(nn.Embedding(k, h) for k in FEATS)
        s.who = nn.Embedding(len(ANNOTATORS), h)                    # only row 0 is used when reading
        for m in [*s.feats, s.who]: nn.init.zeros_(m.weight)
        s.drop = nn.Dropout(max(drop, 0.1))
        s.mix = nn.Parameter(torch.zeros(L))                       # every head reads one weighted mean of the layers ..
        s.norm = nn.ModuleDict({k: nn.LayerNorm(h, eps=1e-12) for k in ("roles", "tree", "spans")})     # .. through its task's norm
        s.tag, s.trans, s.start = nn.Linear(h, 7), nn.Parameter(torch.zeros(7, 7)), nn.Parameter(torch.zeros(7))
        s.ban, s.ban0 = (nn.Parameter(t, requires_grad=False) for t in forbidden())
        s.said_cue, s.said_word = nn.Linear(2 * h, said), nn.Linear(h, said, bias=False)
        s.said_far, s.said_par, s.said_out = nn.Embedding(BUCKETS, said), nn.Embedding(3, said), nn.Linear(said, 3)
        s.arc_dep, s.arc_head, s.arc = nn.Linear(h, arc), nn.Linear(h, arc), Biaffine(arc, 1)
        s.lab_dep, s.lab_head, s.lab = nn.Linear(h, lab), nn.Linear(h, lab), Biaffine(lab, len(RELS))
        s.name = nn.Linear(h, 1 + 2 * len(NAMES))
        s.root = nn.Parameter(torch.zeros(h)); s.sent = nn.Linear(h, 1)
        s.span_a, s.span_z, s.span = nn.Linear(h, span), nn.Linear(h, span), Biaffine(span, len(KINDS))
        s.co_m, s.co_a, s.co = nn.Linear(2 * h, coref), nn.Linear(2 * h, coref), Biaffine(coref, 1)
        s.co_far, s.co_none = nn.Embedding(BUCKETS, 1), nn.Linear(coref, 1)
        for m in (s.said_far, s.said_par, s.co_far): nn.init.zeros_(m.weight)

    def forward(s, t):
        """t: the tensors of a batch (train.collate). Word vectors for each task, [B, words, h]."""
        e = s.bert.embeddings.word_embeddings(t["ids"]) + sum(m(t["feats"][..., k]) for k, m in enumerate(s.feats)) + s.who(t["who"])[:, None]
        hs = s.bert(inputs_embeds=e, attention_mask=t["mask"], output_hidden_states=True).hidden_states[1:]
        ix = t["first"][..., None].expand(-1, -1, e.shape[-1])
        x = sum(a * b.gather(1, ix) for a, b in zip(s.mix.softmax(0), hs))
        return {k: s.drop(m(x)) for k, m in s.norm.items() if k in t["tasks"]}

    def crf(s):
        return s.trans + s.ban, s.start + s.ban0

    def roles_loss(s, e, y, m):
        T, S = s.crf()
        mf = m.float()
        g = (e.gather(2, y[..., None])[..., 0] * mf).sum(1) + (T[y[:, :-1], y[:, 1:]] * mf[:, 1:]).sum(1) + S[y[:, 0]]
        return LogZ.apply(e, T, S, m) - g

    def said(s, x, row, a, z, par):
        """Logits [cues, words, 3] (neither, source, content). row: window of each cue, a, z: its first and last word."""
        c = torch.cat([x[row, a], x[row, z]], -1)
        w = torch.arange(x.shape[1])[None]
        d = torch.where(w < a[:, None], w - a[:, None], torch.where(w > z[:, None], w - z[:, None], torch.zeros_like(w)))
        dp = (par[row] - par[row, a][:, None]).clamp(-1, 1) + 1
        h = s.said_cue(c)[:, None] + s.said_word(x)[row] + s.said_far(bucket(d)) + s.said_par(dp)
        return s.said_out(s.drop(F.relu(h)))

    def arcs(s, x):
        """[B, words, 1 + words]: who is the head of each word; column 0 is the root."""
        r = torch.cat([s.root.expand(x.shape[0], 1, -1), x], 1)
        return s.arc(s.drop(F.relu(s.arc_dep(x))), s.drop(F.relu(s.arc_head(r))))[:, 0]

    def labels(s, x, b, i, h):
        """h: the head's column, 0 for the root."""
        r = torch.cat([s.root.expand(x.shape[0], 1, -1), x], 1)
        return s.lab.pairs(s.drop(F.relu(s.lab_dep(x[b, i]))), s.drop(F.relu(s.lab_head(r[b, h]))))

    def mentions(s, x):
        """[B, kinds, words, words]: above 0 where a mention of a kind runs from the first to the last word."""
        return s.span(s.drop(F.relu(s.span_a(x))), s.drop(F.relu(s.span_z(x))))

    def coref(s, v, at):
        """v: [n, 2h], first word and head of each mention in order; at: [n], where its head is in the text. [n, n + 1]; column 0: nothing earlier."""
        m, a = s.drop(F.relu(s.co_m(v))), s.drop(F.relu(s.co_a(v)))
        w = s.co(m[None], a[None])[0, 0] + s.co_far(bucket((at[:, None] - at[None]) // FAR)).squeeze(-1)
        w = w.masked_fill(torch.ones_like(w).triu().bool(), NEVER)
        return torch.cat([s.co_none(m), w], 1)
