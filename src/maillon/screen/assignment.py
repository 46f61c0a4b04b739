"""The assignment of rows to columns whose worth is greatest.

Shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987), for the few parts of a name:
`scipy.optimize` does the same and takes half a second to import, the length of a whole query.
"""

from collections.abc import Sequence
from math import inf


def best_assignment(worth: Sequence[Sequence[float]]) -> list[tuple[int, int]]:  # noqa: C901 - one algorithm
    """Return which column each row takes so that the sum of worth is greatest.

    Args:
        worth: One row a part, one column a counterpart; none negative, any shape.

    Returns:
        Row and column of each pair, by row; as many as the shorter side has.
    """
    rows, columns = len(worth), len(worth[0]) if worth else 0
    if rows > columns:
        turned = [[worth[m][n] for m in range(rows)] for n in range(columns)]
        return sorted((m, n) for n, m in best_assignment(turned))
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    taken = [0] * (columns + 1)  # row, counted from 1, that holds each column
    for row in range(1, rows + 1):
        taken[0], column = row, 0
        least, before, done = [inf] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while taken[column]:
            done[column] = True
            here, step, after = taken[column], inf, 0
            for other in range(1, columns + 1):
                if done[other]:
                    continue
                cost = -worth[here - 1][other - 1] - of_row[here] - of_column[other]
                if cost < least[other]:
                    least[other], before[other] = cost, column
                if least[other] < step:
                    step, after = least[other], other
            for other in range(columns + 1):
                if done[other]:
                    of_row[taken[other]] += step
                    of_column[other] -= step
                else:
                    least[other] -= step
            column = after
        while column:
            taken[column], column = taken[before[column]], before[column]
    return sorted((taken[n] - 1, n - 1) for n in range(1, columns + 1) if taken[n])
