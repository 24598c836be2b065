"""Evidence 10: whom two accounts know: neighbours who are already known to be on both networks.

Unlike the other comparisons this one reads no columns of two personas, but of the pair (graph/counterparts.py):
`graph_known`, how many neighbours the two could share; `graph_shared`, how many they share; `graph_ratio`, bits
for one person in both; `graph_lead`, how far the pair is ahead of the next best counterpart of either side, in
standard deviations. The lead, not the ratio, says whether a pair is one person: friends share neighbours, too,
and a sum of many dependent bits is soon too sure of itself. Narayanan and Shmatikov (2009) call it eccentricity.
"""

from __future__ import annotations

from warehouse.identity.evidence.spec import Comparison, Level

COMPARISONS = (
    Comparison(
        name="graph",
        meaning="neighbours known on both networks",
        missing="coalesce(graph_known, 0) < 3",
        levels=(
            Level(
                "unmistakable",
                "graph_shared >= 4 and graph_ratio >= 15 and graph_lead >= 0.8",
                "by far the best counterpart of each other",
            ),
            Level(
                "clear",
                "graph_shared >= 3 and graph_ratio >= 15 and graph_lead >= 0.5",
                "clearly the best counterpart of each other",
            ),
            Level(
                "ahead",
                "graph_shared >= 3 and graph_ratio >= 10 and graph_lead >= 0.3",
                "the best counterpart of each other",
            ),
            Level(
                "first",
                "graph_shared >= 2 and graph_ratio > 0 and graph_lead > 0",
                "the best counterpart of each other, by little",
            ),
            Level(
                "near", "graph_shared >= 2 and graph_ratio >= 15", "many rare neighbours shared, others more"
            ),
            Level("some", "graph_ratio >= 0", "some neighbours shared"),
            Level("little", "graph_ratio >= -5", "hardly a neighbour shared, of few"),
        ),
        otherwise="of many neighbours hardly one shared",
    ),
)
