"""Several numbers as one code: the centres of cells of about equal error."""

import heapq

import numpy as np


def make_codebook(
    points: np.ndarray, weights: np.ndarray, groups: list[np.ndarray], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Divide points into cells; the cell with the greatest error is halved, until there are enough.

    points (np.ndarray): Shape (n, dimensions), float; scaled by how much an error matters.
    weights (np.ndarray): How much each point matters, shape (n,).
    groups (list[np.ndarray]): Places of the points that may share cells, none of them empty.
    size (int): The number of cells, at most.
    RETURNS (tuple[np.ndarray, np.ndarray]): The centres, shape (cells, dimensions), and the cell of
        each point.
    """
    cells = list(groups)
    queue = [_error(points, weights, members, cell) for cell, members in enumerate(cells)]
    heapq.heapify(queue)
    while queue and len(cells) < size:
        error, cell, axis, border = heapq.heappop(queue)
        if error == 0:
            break
        members = cells[cell]
        above = points[members, axis] > border
        cells[cell] = members[~above]
        cells.append(members[above])
        for half in (cell, len(cells) - 1):
            heapq.heappush(queue, _error(points, weights, cells[half], half))
    centres = np.zeros((len(cells), points.shape[1]))
    of_point = np.empty(len(points), dtype=np.int64)
    for cell, members in enumerate(cells):
        centres[cell] = _centre(points[members], weights[members])
        of_point[members] = cell
    return centres, of_point


def _centre(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return weights @ points / weights.sum()


def _error(
    points: np.ndarray, weights: np.ndarray, members: np.ndarray, cell: int
) -> tuple[float, int, int, float]:
    mine, weight = points[members], weights[members]
    centre = _centre(mine, weight)
    errors = weight @ (mine - centre) ** 2
    axis = int(errors.argmax())
    low, high = mine[:, axis].min(), mine[:, axis].max()
    # The mean of unequal numbers is between them, but for rounding.
    border = centre[axis] if low <= centre[axis] < high else low
    error = float(errors.sum()) if low < high else 0.0
    return -error, cell, axis, float(border)
