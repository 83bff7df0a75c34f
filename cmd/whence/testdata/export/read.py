"""Reads what whence exported with the tools that it was exported for, and prints as JSON what they found.

    read.py FOLDER

FOLDER has graph.jsonl, which everything is held against, graph.graphml, graph.jsonld, graph.ftm, csv/ and parquet/.
"""
import collections
import csv
import json
import pathlib
import re
import sys
import warnings

import networkx
import pandas
import rdflib
from followthemoney import model
from followthemoney.proxy import EntityProxy
from prov.model import ProvDocument

warnings.filterwarnings("ignore", message="The following attributes were not converted")  # prov names everything that is not PROV
folder = pathlib.Path(sys.argv[1])
graph = [json.loads(line) for line in open(folder / "graph.jsonl", encoding="utf-8")]
texts = {g["id"]: g["text"] for g in graph if g["type"] == "report"}
TABLES = ["actors", "reports", "attributions", "relations", "claims", "edges"]
xml = lambda s: re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", s)


def table(name, frame):
    """Rows by kind; every quote must be the text at its place."""
    if name != "edges":
        return {name: len(frame)}
    held = frame[frame["start"].notna()]
    for e in held.itertuples():
        assert texts[e.report][int(e.start):int(e.end)] == e.quote, e
    assert len(held) > 0
    drawn = frame[frame["drawn"]]["kind"]
    return {"edges": len(frame) - len(drawn), "drawn": len(drawn), **frame["kind"].value_counts().to_dict()}


def read_parquet():
    found = {}
    for name in TABLES:
        frame = pandas.read_parquet(folder / "parquet" / f"{name}.parquet")
        found |= table(name, frame)
        if name == "reports":
            assert dict(zip(frame["id"], frame["text"])) == texts
            assert str(frame["published"].dtype).endswith("UTC]")
        if name == "attributions":
            for a in frame.itertuples():
                at = list(a.contentAt)
                assert a.content == " .. ".join(texts[a.report][s:e] for s, e in zip(at[::2], at[1::2])), a
    return found


def read_csv():
    found = {}
    for name in TABLES:
        path = folder / "csv" / f"{name}.csv"
        frame = pandas.read_csv(path, keep_default_na=False, na_values=[""])
        with open(path, newline="", encoding="utf-8") as f:
            rows = list(csv.DictReader(f))
        assert len(rows) == len(frame), name
        if name == "edges":
            frame.columns = [{":START_ID": "from", ":END_ID": "to", ":TYPE": "kind"}.get(c, c.split(":")[0]) for c in frame.columns]
            frame["report"] = [r["report:string"] for r in rows]
            frame["quote"] = [r["quote:string"] for r in rows]
        if name == "reports":
            assert {r["id:ID"]: r["text:string"] for r in rows} == texts
        if name == "actors":
            names = {g["id"]: g["aliases"] for g in graph if g["type"] == "actor"}
            for r in rows:
                assert [s for s in r["aliases:string[]"].split("\x1f") if s] == [s.replace("\x1f", " ") for s in names[r["id:ID"]]], r
        found |= table(name, frame)
    return found


def read_graphml():
    g = networkx.read_graphml(folder / "graph.graphml")
    assert g.is_directed() and g.is_multigraph()
    nodes = collections.Counter(d["type"].lower() + "s" for _, d in g.nodes(data=True))
    kinds = collections.Counter(d["kind"] for _, _, d in g.edges(data=True))
    drawn = sum(d["drawn"] for _, _, d in g.edges(data=True))
    for _, _, d in g.edges(data=True):
        if "start" in d:
            assert xml(texts[d["report"]][d["start"]:d["end"]]) == d["quote"], d
    for n, d in g.nodes(data=True):
        if n in texts:
            assert d.get("text", "") == xml(texts[n])
        if d["type"] == "Actor":
            assert all(isinstance(s, str) for s in json.loads(d.get("aliases", "[]")))
    return {**nodes, "edges": g.number_of_edges() - drawn, "drawn": drawn, **kinds}


PROV, OA, W = (rdflib.Namespace(n) for n in ("http://www.w3.org/ns/prov#", "http://www.w3.org/ns/oa#", "https://github.com/whence-graph/whence#"))


def read_jsonld():
    path = folder / "graph.jsonld"
    g = rdflib.Graph().parse(path, format="json-ld")
    of = lambda t: len(set(g.subjects(rdflib.RDF.type, t)))
    for note in g.subjects(rdflib.RDF.type, OA.Annotation):
        target = g.value(note, OA.hasTarget)
        text = texts["r:" + str(g.value(target, OA.hasSource)).split("#r:")[1]]
        assert g.value(note, OA.hasBody) is not None
        by = {g.value(s, rdflib.RDF.type): s for s in g.objects(target, OA.hasSelector)}
        quote, place = by[OA.TextQuoteSelector], by[OA.TextPositionSelector]
        start, end = (g.value(place, p).toPython() for p in (OA.start, OA.end))
        word = lambda p: str(g.value(quote, p) or "")
        assert text[start:end] == word(OA.exact), (start, end, word(OA.exact))
        if g.value(target, OA.hasSource) and word(OA.prefix) + word(OA.suffix):
            assert text[:start].endswith(word(OA.prefix)) and text[end:].startswith(word(OA.suffix))
    # PROV's own words, by PROV's own reader.
    p = collections.Counter(r.get_type().localpart for r in ProvDocument.deserialize(str(path), format="rdf", rdf_format="json-ld").get_records())
    assert p["Entity"] == of(PROV.Entity) and p["Agent"] == of(PROV.Agent)
    asserted = [g.value(s, W.stance) for s in g.subjects(PROV.specializationOf, None)]
    assert set(map(str, asserted)) == {"asserts"}, asserted
    return {"actors": p["Agent"], "reports": of(W.Report), "attributions": of(W.Attribution), "relations": of(W.Relation), "claims": of(W.Claim),
            "mentions": len(set(g.subjects(OA.motivatedBy, OA.identifying))), "entities": p["Entity"],
            "PUBLISHED_BY and FROM": p["Attribution"], "STATES": len(list(g.triples((None, W.states, None)))),
            "REVISES": len(list(g.triples((None, PROV.wasRevisionOf, None)))), "HOLDS": len(list(g.triples((None, W.of, None))))}


def read_ftm():
    seen, schemata = {}, collections.Counter()
    for line in open(folder / "graph.ftm", encoding="utf-8"):
        data = json.loads(line)
        # What `followthemoney validate` does: every value is cleaned and checked by the model. None may be lost.
        proxy = EntityProxy.from_dict(model, data, cleaned=False)
        clean = model.make_entity(proxy.schema)
        clean.id = proxy.id
        for prop, value in proxy.itervalues():
            clean.add(prop, value)
        proxy.schema.validate(data)
        assert {k: len(v) for k, v in data["properties"].items()} == {k: len(v) for k, v in clean.to_dict()["properties"].items()}, data
        assert clean.id == data["id"]
        if data["id"] in seen:
            assert seen[data["id"]] == line, line
            continue
        seen[data["id"]] = line
        schemata[data["schema"]] += 1
    entities = {i: EntityProxy.from_dict(model, json.loads(l)) for i, l in seen.items()}
    for e in entities.values():
        for prop, value in e.itervalues():
            if prop.type.name == "entity":
                assert entities[value].schema.is_a(prop.range), (e.schema.name, prop.name, entities[value].schema.name)
    role = collections.Counter(e.first("role") for e in entities.values() if e.schema.name == "Documentation")
    return {"actors": sum(i.startswith("a-") and e.schema.is_a("Thing") for i, e in entities.items()), "reports": schemata["Article"], "mentions": schemata["Mention"],
            "claims": schemata["Note"], "attributions": schemata["Documentation"] - role["published by"], "PUBLISHED_BY": role["published by"],
            "relations": sum(i.startswith("e-") for i in entities)}


found = {"parquet": read_parquet(), "csv": read_csv(), "graphml": read_graphml(), "jsonld": read_jsonld(), "ftm": read_ftm()}
json.dump(found, sys.stdout)
