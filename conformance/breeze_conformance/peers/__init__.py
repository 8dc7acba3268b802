"""Small peers of the kit's own: correct ones, faulty ones made from the tables, and null peers that do next to nothing.

They exist so that the kit can be judged itself: correct ones pass, every faulty one fails by the clause that it breaks,
and a null peer passes nothing.
"""
