"""Reading figures off a screen: the cells of a table below its headings."""


def figures(screen, *headings):
    """The figures below `headings` for each row, as a dictionary from names to tuples of ints.

    Names stand on the left below NAME, figures end where their headings end. A figure that is
    not an exact number stays a text, so that comparing it with a number fails.
    """
    lines = screen.split("\n")
    top = next((index for index, line in enumerate(lines) if " NAME " in line), None)
    if top is None:
        return {}
    heading = lines[top]
    rows = {}
    for line in lines[top + 1:]:
        name = line[heading.index("NAME"):_end(heading, "READY")].rsplit(" ", 1)[0].strip()
        if line.startswith("│") and name:
            rows[name] = tuple(_figure(line, _end(heading, each)) for each in headings)
        else:
            break
    return rows


def _end(heading, name):
    """The column behind the last character of a heading."""
    if f" {name} " not in heading:
        raise AssertionError(f"no column {name} in {heading!r}")
    return heading.index(f" {name} ") + 1 + len(name)


def _figure(line, end):
    text = line[:end].rsplit(" ", 1)[-1]
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else text
