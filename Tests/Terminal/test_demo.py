"""The demo's load, live."""

from Harness import tables
from Harness.screens import MASK
from Harness.waiting import wait_until
from walks import Walk


def live(screen):
    """Blanks what moves: figures of the header, of the rows and what is said below them."""
    lines = screen.split("\n")
    lines[0] = lines[0][:lines[0].find("guest@")] + MASK
    top = next(index for index, line in enumerate(lines) if " NAME " in line)
    name = lines[top].index("NAME")
    ready = lines[top].index("READY") - 2
    for index in range(top + 1, len(lines)):
        line = lines[index]
        if not line.startswith("│"):
            break
        is_queue = line[:name].strip("│▸! ") == "" and line[2] == " " and line[name] != " "
        lines[index] = f"│{MASK}{line[name:ready]}{MASK}│" if is_queue else f"│{MASK}│"
    return "\n".join(lines)


class Demo(Walk):
    """The first thing a person sees."""

    def test_depths_move(self):
        """--demo shows its queues, and their depths move while nothing else does"""
        console = self.console("--demo", clock=None)
        console.wait_for(" NAME ")
        console.keys("1")
        self.assert_screen(console, "demo-queues", "orders.payment", live)
        before = tables.figures(console.screen(), "READY")
        moved = wait_until(
            lambda: tables.figures(console.screen(), "READY") != before and console.screen(),
            "depths to move")
        self.assertEqual(set(tables.figures(moved, "READY")), set(before))
        self.assert_screen(console, "demo-queues", mask=live)

    def test_dead_letters_arrive(self):
        """the demo's payments fail a share into a dead-letter queue"""
        console = self.console("--demo", clock=None)
        console.keys("Tab")
        console.wait_for("[Dead letters]")
        console.wait_for("rejected")
