"""The client against real servers: WHENCE_URL has the sample, WHENCE_OWN_URL has testdata/reports.jsonl, hostile texts among it.

Run by go test ./cmd/whence -run TestNotebook, which starts both.
"""

import datetime as dt
import http.server
import inspect
import itertools
import json
import os
import threading
import urllib.request
import xml.etree.ElementTree as xml
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import requests

import whence
from whence import Client, InvalidQuery, Network, NotFound, TooMuch, Truncated, TryLater, Unreachable

pytestmark = pytest.mark.filterwarnings("error")
INVITED = "Quist has invited Maelis to observe the naval exercise"


class Counting(requests.Session):
    """A session that counts what it sends."""

    def __init__(self):
        super().__init__()
        self.posts = 0

    def post(self, *args, **more):
        self.posts += 1
        return super().post(*args, **more)


@pytest.fixture
def client():
    with Client(os.environ["WHENCE_URL"], session=Counting()) as c:
        yield c


@pytest.fixture
def own():
    with Client(os.environ["WHENCE_OWN_URL"]) as c:
        yield c


@pytest.fixture
def texts(client):
    return client.reports().set_index("id")["text"]


# traces


def test_a_trace_leads_to_the_origin(client):
    t = client.trace(INVITED)
    assert (t.origin, t.origin_report) == ("Ivo Tarrant", "Caldrian Telegraph Agency")
    assert t.earliest == pd.Timestamp("2026-04-14T07:05:00Z")
    assert t.independent_origins == 1 and not t.withdrawn and t.circular == []
    longest = max(t.chains["sources"], key=len)
    assert longest == ["Ellingmouth Sentinel", "Caldrian Telegraph Agency", "Ivo Tarrant"]
    assert set(t.chains["end"]) == {"FIRST_HAND"}
    assert "Sterrow Gazette" in set(t.copies["outlet"])
    assert t.denials.iloc[0][["source", "outlet", "stance"]].tolist() == ["Ministry", "Norvane Government Press Office", "DENIES"]
    assert client.trace(t.id).data == t.data
    assert client.trace(t.hops["attribution"][0]).id == t.id


def test_every_hop_has_its_words_where_it_says(client, texts):
    for words in (INVITED, "cracks found in 12 hangers", "devalue the dral by a fifth", "stopped selling foreign currency"):
        hops = client.trace(words).hops
        assert len(hops)
        for h in hops.itertuples():
            assert texts[h.report][h.start:h.end] == h.quote


def test_a_trace_tells_of_loops_and_of_what_was_taken_back(client):
    t = client.trace("devalue the dral by a fifth")
    assert t.withdrawn and t.circular == [["Bourse Daily", "Corvanne Post"]] and set(t.chains["end"]) == {"LOOP"}
    assert t.corrections[["outlet", "how"]].values.tolist() == [["Corvanne Post", "NOTICE"]]
    assert "taken back since" in repr(t) and "a loop" in t.svg() and "takes it back" in t.svg()


def test_a_trace_is_as_of_a_time(client):
    noon = client.trace(INVITED, as_of=dt.datetime(2026, 4, 14, 12))
    assert set(noon.chains["outlet"]) == {"Caldrian Telegraph Agency", "Ellingmouth Sentinel"} and noon.denials.empty
    day = client.trace(INVITED, as_of="2026-04-14")  # its end
    assert len(day.denials) and "Plumbline Review" not in set(day.chains["outlet"])
    assert client.trace(INVITED, as_of=dt.date(2026, 4, 14)).data == day.data
    assert client.trace(INVITED, as_of=pd.Timestamp("2026-04-14T14:00+02:00")).data == noon.data


def test_drift_is_told_with_the_words_of_both(own):
    t = own.trace("pier of Oxwick will close")
    assert t.drift.to_dict("records") == [{"kind": "NUMBER_CHANGED", "cited": "Meridian Wire", "before": "3", "citing": "Oxwick Echo", "after": "4", "certain": False}]
    assert t.chains["end"].tolist() == ["OPEN"]
    drawn = "".join(xml.fromstring(t.svg()).itertext())
    assert "could be Meridian Wire" in drawn and "a number changed: “3” became “4”" in drawn


def test_who_denies_is_not_shown_as_saying_so(own):
    t = own.trace("the ferry was late")
    assert "Marek Olde, who denies it" in repr(t)
    assert 'class="box r"' in t.svg() and 'class="box o"' not in t.svg() and "← denies:" in t.svg()


def test_what_is_not_there_is_not_found(client):
    for what in ("zymurgy quagmire", "c:aaaaaaaaaaaaaaaaaaaa"):
        with pytest.raises(NotFound) as e:
            client.trace(what)
        assert e.value.code == "NOT_FOUND" and e.value.path == ["trace"] and what in str(e.value)
    with pytest.raises(NotFound, match="Nemo Nobody"):
        client.network("Nemo Nobody")


# lists


def test_pages_are_followed_only_as_far_as_they_are_read(client):
    total = client.query("{ stats { claims } }")["claims"].item()
    assert total > 100
    assert len(list(itertools.islice(client.each("claims"), 5))) == 5
    assert client._session.posts == 2
    assert len({c["id"] for c in client.each("claims")}) == total
    assert client._session.posts == 2 + 2
    assert len(list(client.each("claims", "text", limit=120))) == 120


def test_a_list_that_is_cut_says_so(client):
    with pytest.warns(Truncated, match="3 of 21 reports"):
        assert len(client.reports(limit=3)) == 3
    assert len(client.reports()) == 21


def test_lists_are_filtered(client):
    denied = client.attributions(stances="denies", since="2026-04-14", until=dt.date(2026, 4, 15))
    assert len(denied) and set(denied["stance"]) == {"DENIES"} and set(denied["published"].dt.date) == {dt.date(2026, 4, 14)}
    assert set(client.attributions(outlets=["Daily Rattle"])["outlet"]) == {"Daily Rattle"}
    both = client.actors(kinds=pd.Series(["document", "outlet"]))
    assert set(both["kind"]) == {"DOCUMENT", "OUTLET"}
    assert "Cracks have been found in 14 hangers of the Skarne Bridge" in set(client.claims("cracks 14 HANGERS")["text"])
    oldest = client.reports(order="oldest")["published"]
    assert oldest.is_monotonic_increasing and str(oldest.dt.tz) == "UTC"
    assert set(client.relations(polarities="negated")["polarity"]) == {"NEGATED"}
    assert client.relations(min_confidence=np.float64(1.0)).columns.tolist() == client.relations().columns.tolist()
    tarrant = client.actors("Tarrant").set_index("name")
    assert "deputy defence minister of Caldria" in tarrant.loc["Ivo Tarrant", "roles"]


def test_second_hand_is_told_apart(client):
    said = client.attributions(outlets="Ellingmouth Sentinel", actors="Ivo Tarrant", order="oldest")
    assert "Caldrian Telegraph Agency" in said["via"].dropna().tolist()


def test_what_cannot_be_filtered_by_is_told_here(client):
    with pytest.raises(TypeError, match="claims has no filter 'polarity'; it has actors"):
        client.claims(polarity="NEGATED")
    with pytest.raises(TypeError, match="not a list"):
        client.each("stats")
    with pytest.raises(TypeError, match="not a time"):
        client.claims(since=pd.NaT)
    assert client._session.posts == 0


def test_search_finds_all_kinds(client):
    hits = client.search("Quist invited", limit=100)
    assert {"report", "claim", "attribution", "relation"} <= set(hits["kind"]) and hits["score"].is_monotonic_decreasing
    assert "Renata Quist INVITED Joren Maelis" in set(hits["words"])
    assert client.search("Renata Quist", limit=1)[["kind", "words"]].values.tolist() == [["actor", "Renata Quist"]]


# networks


def test_a_network_keeps_the_denied_apart(client):
    n = client.network("Renata Quist")
    invited = n.relations.query("predicate == 'INVITED'")
    assert {"Signe Abara", "Ministry"} == set(invited.query("polarity == 'NEGATED'")["sources"])
    assert "Ivo Tarrant" in set(invited.query("polarity == 'AFFIRMED'")["sources"])
    assert set(n.actors["name"]) == {"Renata Quist", "Joren Maelis"} and not n.cut
    assert 'class="arc"' in n.svg() and 'class="arc no"' in n.svg() and "not invited" in n.svg()
    assert "Renata Quist not met Joren Maelis ×2" in repr(n)
    assert 'class="arc may"' in client.network("Lidia Sarmento").svg()
    assert client.network("Renata Quist", predicates="held talks").relations.empty
    with pytest.warns(Truncated):
        assert client.network(limit=2).cut


def test_a_path_joins_two(client):
    p = client.path("Irena Dušek", "Paulin Drost")
    assert [{"Irena Dušek", "Lidia Sarmento"}, {"Lidia Sarmento", "Paulin Drost"}] == [{r.subject, r.object} for r in p.relations.itertuples()]
    assert client.path("Renata Quist", "Irena Dušek") is None


def test_a_large_network_is_drawn_in_part_and_says_so():
    actors = [{"id": f"a:{i}", "kind": "PERSON", "name": f"Person {i}", "aliases": [], "roles": []} for i in range(90)]
    relations = [{"id": f"e:{i}", "subject": actors[i * 7 % 90], "object": actors[i * 31 % 90], "predicate": "MET", "class": None, "polarity": "AFFIRMED",
                  "modality": "ACTUAL", "confidence": 1.0, "report": None, "evidence": [], "assertedBy": None} for i in range(200)]
    n = Network({"actors": actors, "relations": relations, "cut": False})
    assert "50 actors with fewer relations are not drawn" in n.svg()
    assert n.svg() == Network(json.loads(json.dumps(n.data))).svg()
    assert len(n.actors) == 90 and len(n.relations) == 200


# any query


def test_a_query_is_a_frame(client):
    assert client.query("{ stats { reports actors } }").to_dict("records") == [{"reports": 21, "actors": client.query("{ stats { actors } }").iat[0, 0]}]
    f = client.query("query($t: String) { trace(text: $t) { claim { text } chains { end hops { actor { name } report { published } } } } }", t=INVITED)
    assert f.columns.tolist() == ["claim.text", "chains.end", "chains.hops.actor.name", "chains.hops.report.published"]
    assert len(f) == len(client.trace(INVITED).hops) and isinstance(f["chains.hops.report.published"].dtype, pd.DatetimeTZDtype)


def test_one_list_is_exploded_and_nothing_is_lost(client):
    q = "{ reports(first: 100) { nodes { url relations(first: 50) { nodes { predicate } } attributions(first: 50) { nodes { words } } } } }"
    by_default = client.query(q)
    chosen = client.query(q, explode="reports.nodes.attributions.nodes")
    assert by_default.columns.tolist() == ["url", "relations.predicate", "attributions"]
    assert by_default["url"].nunique() == chosen["url"].nunique() == 20  # one is a later text at the same address
    assert by_default["relations.predicate"].notna().sum() == len(client.relations()) < len(by_default)  # a report without any has its row
    assert chosen["attributions.words"].notna().sum() == len(client.attributions())
    assert isinstance(by_default["attributions"][0], list)


def test_a_query_follows_pages_where_it_can(client):
    paged = "query($after: String) { claims(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } } }"
    f = client.query(paged)
    assert f.columns.tolist() == ["id"] and f["id"].is_unique and len(f) == client.query("{ stats { claims } }").iat[0, 0]
    with pytest.warns(Truncated, match="larger limit"):
        assert len(client.query(paged, limit=60)) == 60
    with pytest.warns(Truncated, match=r"declare \$after"):
        assert len(client.query("{ claims(first: 50) { pageInfo { hasNextPage } nodes { id } } }")) == 50


def test_names_of_columns_never_collide(client):
    f = client.query("{ a: stats { reports } b: stats { reports } }")
    assert f.columns.tolist() == ["a.reports", "b.reports"]
    f = client.query("{ claims(first: 2) { edges { id: cursor node { id } } } }")
    assert len(f.columns) == 2 and f.iloc[0, 0] != f.iloc[0, 1]


def test_variables_may_be_numpys_and_times(client):
    f = client.query("query($n: Int, $since: DateTime) { reports(first: $n, since: $since, order: OLDEST) { nodes { published } } }",
                     {"n": np.int64(2), "since": pd.Timestamp("2026-06-01")})
    assert len(f) == 2 and f["published"].min() >= pd.Timestamp("2026-06-01", tz="UTC")
    with pytest.raises(ValueError):
        client.query("query($c: Float) { claims(minConfidence: $c) { totalCount } }", c=float("nan"))
    with pytest.raises(TypeError, match="cannot be sent"):
        client.query("{ stats { reports } }", c=object())


# what goes wrong


def test_errors_keep_the_servers_words(client):
    with pytest.raises(InvalidQuery) as e:
        client.query("{ stats { reports ")
    assert e.value.code == "SYNTAX" and e.value.locations and "line 1" in str(e.value)
    with pytest.raises(InvalidQuery) as e:
        client.query("{ statz { reports } }")
    assert e.value.code == "INVALID" and "statz" in str(e.value)
    with pytest.raises(TooMuch) as e:
        client.query("{ claims(first: 100) { nodes { attributions(first: 100) { nodes { claim { attributions(first: 100) { nodes { id } } } } } } } }")
    assert e.value.code == "TOO_COSTLY"
    with pytest.raises(NotFound) as e:
        client.query('{ stats { reports } away: network(actors: ["Nemo Nobody"]) { cut } }')
    assert e.value.path == ["away"] and e.value.data["stats"] == {"reports": 21} and str(e.value).startswith("away: ")
    assert client._session.posts == 4  # none of them was asked again


class Door(http.server.BaseHTTPRequestHandler):
    """A door in front of the real server that does odd things to the first of those who come."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        odd = next(self.server.odd, None)
        if odd == "drop":
            self.connection.close()
        elif odd == "wait":
            self.server.closed.wait(5)
        elif isinstance(odd, tuple):
            self.answer(*odd)
        else:
            to = urllib.request.Request(os.environ["WHENCE_URL"] + self.path, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(to) as r:
                self.answer(r.status, r.read())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def door():
    open_doors = []

    def make(*odd, **options):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        server.odd, server.closed = iter(odd), threading.Event()
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        open_doors.append(server)
        return Client(f"http://127.0.0.1:{server.server_port}", session=Counting(), **options)

    yield make
    for server in open_doors:
        server.closed.set()
        server.shutdown()
        server.server_close()


def failing(code):
    return 503, json.dumps({"data": None, "errors": [{"message": "not now", "extensions": {"code": code}}]}).encode()


def test_what_may_pass_is_asked_again(door):
    c = door("drop", failing("BUSY"))
    assert c.query("{ stats { reports } }").iat[0, 0] == 21 and c._session.posts == 3
    c = door(*[failing("UNAVAILABLE")] * 9, retries=1)
    with pytest.raises(TryLater, match="not now"):
        c.query("{ stats { reports } }")
    assert c._session.posts == 2


def test_what_took_too_long_is_not_asked_again(door):
    c = door("wait", timeout=0.2)
    with pytest.raises(Unreachable, match="within 0.2 s"):
        c.query("{ stats { reports } }")
    assert c._session.posts == 1
    c = door(failing("TIMEOUT"))
    with pytest.raises(TryLater):
        c.query("{ stats { reports } }")
    assert c._session.posts == 1


@pytest.mark.parametrize("body", [b"<html>hello", b"[]", b"{}", b'{"data": null}', b"\xff"])
def test_another_server_is_recognised(door, body):
    with pytest.raises(Unreachable, match="not as a whence server does"):
        door((200, body)).query("{ stats { reports } }")


def test_nobody_there(client):
    with pytest.raises(Unreachable, match="Is whence serve running"):
        Client("http://127.0.0.1:9", retries=0).query("{ stats { reports } }")
    with pytest.raises(Unreachable, match="404"):
        Client(client.url + "/nothing").query("{ stats { reports } }")
    assert Client(client.url + "/graphql/").query("{ stats { reports } }").iat[0, 0] == 21


# what is drawn

DRAWN = {"svg", "style", "g", "path", "rect", "circle", "text", "tspan", "title"}
ATTRIBUTES = {"class", "d", "x", "y", "dx", "cx", "cy", "r", "rx", "width", "height", "viewbox", "transform", "role", "aria-label", "xmlns"}


class Strict(HTMLParser):
    """Holds a piece of HTML against what may be in it, and keeps what is read."""

    def __init__(self, html):
        super().__init__()
        self.open, self.words = [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert tag in DRAWN | {"div", "span"}, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] != "style":
            self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


@pytest.mark.parametrize("words", ["the ferry was late", "Olde invited Tessa aboard", "Oswin Tal has invited Greta Foss", "quay is safe", "pier of Oxwick could close"])
def test_hostile_texts_stay_texts(own, words):
    t = own.trace(words)
    n = own.network()
    for html, svg in ((t._repr_html_(), t.svg()), (n._repr_html_(), n.svg())):
        read = " ".join(Strict(html).words)
        assert not any("\u202a" <= c <= "\u202e" or c < " " and c != "\n" for c in read)
        root = xml.fromstring(svg)
        assert {e.tag.removeprefix("{http://www.w3.org/2000/svg}") for e in root.iter()} <= DRAWN
        assert {a.lower() for e in root.iter() for a in e.attrib} <= ATTRIBUTES
    assert whence._clean(t.claim) in " ".join(Strict(t._repr_html_()).words)
    assert all(line.isprintable() for line in repr(t).split("\n"))


def test_hostile_outlets_are_shown_as_they_are_called(own):
    t = own.trace("Olde invited Tessa aboard")
    assert t.chains["outlet"].tolist() == ["<img src=x onerror=alert(1)>"]
    assert "<img src=x onerror=alert(1)>" in "".join(xml.fromstring(t.svg()).itertext())
    assert "<img" not in t.svg() and "<script" not in t._repr_html_()


def test_drawings_are_the_same_every_time(client):
    for words in (INVITED, "devalue the dral by a fifth"):
        assert client.trace(words).svg() == client.trace(words).svg()
    assert client.network().svg() == client.network().svg()
    Strict(client.trace(INVITED)._repr_html_())


def test_an_empty_network_says_so(own):
    n = own.network("Marek Olde", predicates="SANCTIONED")
    assert len(n.relations) == 0 and len(n.actors) == 1
    Strict(n._repr_html_())


def test_every_public_thing_says_what_it_is():
    for name in whence.__all__:
        thing = getattr(whence, name)
        assert thing.__doc__, name
        for member, f in inspect.getmembers(thing, lambda m: inspect.isfunction(m) or isinstance(m, property)):
            if not member.startswith("_"):
                assert f.__doc__, f"{name}.{member}"
