"""Maximum flow in small networks with exact capacities (Edmonds and Karp 1972)."""

from collections import deque
from fractions import Fraction

Node = tuple[str, int]


class Network:
    """A directed network; an edge's capacity may be set once, before or between fillings."""

    def __init__(self) -> None:
        self._left: dict[Node, dict[Node, Fraction]] = {}
        self._capacity: dict[tuple[Node, Node], Fraction] = {}

    def set(self, start: Node, end: Node, capacity: Fraction) -> None:
        """Add an edge; setting the same edge again changes nothing."""
        if (start, end) in self._capacity:
            return
        self._capacity[start, end] = capacity
        self._left.setdefault(start, {})[end] = capacity
        self._left.setdefault(end, {}).setdefault(start, Fraction(0))

    def flow(self, start: Node, end: Node) -> Fraction:
        """Return what flows along an edge; zero where there is none."""
        capacity = self._capacity.get((start, end))
        return Fraction(0) if capacity is None else capacity - self._left[start][end]

    def fill(self, source: Node, sink: Node) -> None:
        """Send as much more as can flow; what has reached the sink stays there.

        Each shortest path is filled to the brim, so there are at most nodes x edges of them.
        """
        while path := self._path(source, sink):
            amount = min(self._left[start][end] for start, end in path)
            for start, end in path:
                self._left[start][end] -= amount
                self._left[end][start] += amount

    def _path(self, source: Node, sink: Node) -> list[tuple[Node, Node]]:
        """Return the first shortest path with room on every edge; empty if there is none."""
        came_from: dict[Node, Node] = {source: source}
        queue = deque([source])
        while queue and sink not in came_from:
            node = queue.popleft()
            for end, left in self._left.get(node, {}).items():
                if left > 0 and end not in came_from:
                    came_from[end] = node
                    queue.append(end)
        if sink not in came_from:
            return []
        path, node = [], sink
        while node != source:
            path.append((came_from[node], node))
            node = came_from[node]
        return path[::-1]
