'use strict';

// What a first visitor sees, and can run with Ctrl-Enter.
const firstQuery = `# whence: who said what, where, and on whose word.
#
# Ctrl-Enter runs the query that the cursor is in,
# Ctrl-Space completes a word, and the book on the left
# tells what every field means. Lists answer 20 at a
# time unless told otherwise: first: 100, and then
# after: the pageInfo's endCursor.

query Start {
  stats {
    reports
    actors
    attributions
    claims
    relations
  }

  # Who says what, the latest first?
  attributions(first: 5) {
    nodes {
      sources { name }
      stance
      words
      via { sources { name } }
      report { title published outlet { name } }
      claim { id }
    }
  }
}

# Where does this come from? Put in words of a claim.
query Whence($text: String = "invited") {
  trace(text: $text) {
    claim { text }
    origin { actor { name } report { title published } }
    independentOrigins
    chains(first: 5) {
      end
      confidence
      hops {
        actor { name }
        stance
        report { outlet { name } }
        evidence { quote start end }
      }
    }
  }
}

# Who deals with whom?
query Network {
  network(limit: 50) {
    cut
    relations {
      subject { name }
      predicate
      object { name }
      polarity
      modality
      assertedBy { sources { name } }
      evidence { quote }
    }
  }
}
`;

async function fetcher(params) {
  const response = await fetch('graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      'Content-Type': 'application/json',
      'Accept': 'application/graphql-response+json, application/json;q=0.9',
    },
    body: JSON.stringify(params),
  });
  return response.json();
}

const { createElement } = React;
ReactDOM.createRoot(document.getElementById('page')).render(
  createElement(GraphiQL, {
    fetcher,
    defaultQuery: firstQuery,
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: false,
  }, createElement(GraphiQL.Logo, null, createElement('span', { className: 'whence-logo' }, 'whence'))),
);
