"""The house keeps its shape: imports point down, vendors stay in their files, the tree speaks of itself alone."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "leadenrich"
SKIP = "# fmt" + ": skip"

# Lowest floor first; a module imports from its own floor and the floors below it.
FLOORS = (
    "errors",
    "clean",
    "vocabulary",
    "wording",
    "markup",
    "results",
    "suppression",
    "ledger",
    "contract",
    "registry",
    "catalogue",
    "declared",
    "providers",
    "engine",
    "records",
    "crm",
    "waterfall",
    "recipes",
    "reporting",
    "research",
    "agents",
    "sandbox",
    "testing",
    "integrations",
    "cli",
    "__main__",
)
# What an adapter may lean on: the words and the contract. It does no I/O and knows no engine.
ADAPTERS_MAY_IMPORT = ("leadenrich.contract", "leadenrich.vocabulary", "leadenrich.results", "leadenrich.errors")
# Keyless providers that compute their answer from the record itself, so they may clean.
LOCAL_PROVIDERS = {"local", "dns"}
# Packages in which no module leads back to itself, counting annotations and late imports.
WITHOUT_CIRCLES = (
    "clean",
    "contract",
    "declared",
    "engine",
    "ledger",
    "records",
    "research",
    "sandbox",
    "testing",
    "waterfall",
)
# The rooms of waterfall/, lowest first; its other modules are what a user writes, on top of them all.
WATERFALL_ROOMS = (
    ("asker", "caller_function", "conditions", "step", "summary"),
    ("stats",),
    ("rules",),
    ("choice",),
    ("run",),
    ("plan",),
)
MAY_POINT_UP = {
    # The registry lists the files of this package; it imports none of them by name.
    ("leadenrich.registry", "leadenrich.providers"),
    # `Session.sandbox()` is a door for users, opened on use; the engine itself never goes through it.
    ("leadenrich.engine.session", "leadenrich.sandbox"),
    # `progress=True` is such a door too.
    ("leadenrich.waterfall.run.pipeline", "leadenrich.integrations.progress"),
    # The command line uses what users use, so it stands on the front door.
    *((f"leadenrich.cli.{name}", "leadenrich") for name in ("app", "doctor", "enrich")),
}


def name_of(path: Path) -> str:
    """`leadenrich/engine/session.py` -> `leadenrich.engine.session`; a package is named by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
VENDORS = sorted(path.stem for path in (PACKAGE / "providers").glob("*.py") if not path.stem.startswith("_"))


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def is_typing_guard(node: ast.AST) -> bool:
    """Whether a node is `if TYPE_CHECKING:` or `if typing.TYPE_CHECKING:`."""
    test = node.test if isinstance(node, ast.If) else None
    return "TYPE_CHECKING" in (getattr(test, "id", None), getattr(test, "attr", None))


def walk(node: ast.AST, *, skip_typing: bool, skip_functions: bool = False) -> Iterator[ast.AST]:
    waiting = [node]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if skip_typing and is_typing_guard(child):
                assert isinstance(child, ast.If)
                children: list[ast.AST] = list(child.orelse)
            elif skip_functions and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            else:
                children = [child]
            yield from children
            waiting += children


@cache
def imports_of(module: str, *, skip_typing: bool = False, skip_functions: bool = False) -> list[tuple[int, str]]:
    """Returns (line, absolute name of what is imported); `from x import y` gives `x.y` where that is a module."""
    found: list[tuple[int, str]] = []
    is_package = MODULES[module].name == "__init__.py"
    for node in walk(tree_of(module), skip_typing=skip_typing, skip_functions=skip_functions):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")[: None if is_package and node.level == 1 else -(node.level - is_package)]
                base = ".".join([*parents, *([base] if base else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                found.append((node.lineno, full if full in MODULES else base))
    return found


def floor_of(name: str) -> int | None:
    """The index in FLOORS, or None for what is not of this package or is the front door itself."""
    parts = name.split(".")
    return FLOORS.index(parts[1]) if parts[0] == "leadenrich" and len(parts) > 1 else None


def test_every_module_lives_on_a_floor() -> None:
    rooms = {path.stem if path.suffix else path.name for path in PACKAGE.iterdir() if not path.name.startswith("__")}
    assert rooms - {"py"} - {"py.typed"} <= set(FLOORS)


def test_imports_point_down() -> None:
    """Imports inside functions count too: a late import upwards is still a dependency upwards."""
    upwards = [
        f"{MODULES[module].relative_to(ROOT)}:{line} imports {target}"
        for module in MODULES
        if (own := floor_of(module)) is not None
        for line, target in imports_of(module)
        if (target == "leadenrich" or ((floor := floor_of(target)) is not None and floor > own))
        and (module, target) not in MAY_POINT_UP
    ]
    assert upwards == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Returns a way through the graph that leads back to where it began, or nothing."""
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> list[str]:
        if module in trail:
            return [*trail[trail.index(module) :], module]
        if module not in done:
            for target in sorted(graph.get(module, ())):
                if target != module and (found := visit(target, (*trail, module))):
                    return found
            done.add(module)
        return []

    return next((found for module in graph if (found := visit(module, ()))), [])


def test_no_import_cycles() -> None:
    """What runs when a module is imported never leads back to it."""
    graph = {
        module: {target for _, target in imports_of(module, skip_typing=True, skip_functions=True) if target in MODULES}
        for module in MODULES
        if module != "leadenrich"
    }
    assert circle(graph) == []


@pytest.mark.parametrize("package", WITHOUT_CIRCLES)
def test_no_circles_at_all(package: str) -> None:
    """Annotations and late imports count: what a module knows of never knows of the module."""
    own = {module for module in MODULES if module.startswith(f"leadenrich.{package}.")}
    graph = {module: {target for _, target in imports_of(module) if target in own} for module in own}
    assert circle(graph) == []


def room_of(module: str) -> str:
    """`leadenrich.waterfall.run.stream` -> `run`, `leadenrich.waterfall.step` -> `step`."""
    return module.split(".")[2] if module.count(".") > 1 else ""


def test_the_rooms_of_the_waterfall_point_down() -> None:
    """What a user writes leads down to planning, running, choosing and the rules; never the other way."""
    modules = [module for module in MODULES if module.startswith("leadenrich.waterfall.")]
    rank = {room: place for place, rooms in enumerate(WATERFALL_ROOMS) for room in rooms}
    written = len(WATERFALL_ROOMS)
    upwards = [
        f"{MODULES[module].relative_to(ROOT)}:{line} imports {target}"
        for module in modules
        for line, target in imports_of(module)
        if target in modules and rank.get(room_of(target), written) > rank.get(room_of(module), written)
    ]
    assert upwards == []


def test_the_formatter_lays_out_the_code() -> None:
    """`ruff format` decides the layout; only a real table of data may be kept as it was typed."""
    marks = {}
    for folder in ("leadenrich", "tests", "examples", "benchmarks"):
        for path in (ROOT / folder).rglob("*.py"):
            if count := path.read_text(encoding="utf-8").count(SKIP):
                marks[str(path.relative_to(ROOT))] = count
    assert sum(marks.values()) <= 60, marks


@pytest.mark.parametrize("vendor", [vendor for vendor in VENDORS if vendor not in LOCAL_PROVIDERS])
def test_adapters_import_the_contract_alone(vendor: str) -> None:
    foreign = [
        f"providers/{vendor}.py:{line} imports {target}"
        for line, target in imports_of(f"leadenrich.providers.{vendor}")
        if target.split(".")[0] not in sys.stdlib_module_names
        and not target.startswith((*ADAPTERS_MAY_IMPORT, "leadenrich.providers._"))
    ]
    assert foreign == []


def test_private_names_stay_in_their_package() -> None:
    """A module or name that begins with an underscore is imported by its own package alone."""
    crossing = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {source}.{alias.name}"
        for module, path in MODULES.items()
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ImportFrom) and (source := node.module or "").startswith("leadenrich.")
        for alias in node.names
        if (private := re.match(r"(.*?)\._(?!_)", f"{source}.{alias.name}")) and not module.startswith(private[1])
    ]
    assert crossing == []


def test_no_module_imports_a_vendor() -> None:
    """Adapters are found by file name; only the sandbox and the tests may know a vendor by name."""
    adapters = tuple(f"leadenrich.providers.{vendor}" for vendor in VENDORS)
    importers = [
        f"{MODULES[module].relative_to(ROOT)}:{line} imports {target}"
        for module in MODULES
        for line, target in imports_of(module)
        if target.startswith(adapters)
    ]
    assert importers == []


def code_strings(module: str) -> Iterator[tuple[int, str]]:
    """Yields every string constant that is no docstring, with its line."""
    tree = tree_of(module)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_nothing_below_the_providers_names_a_vendor() -> None:
    """No floor beneath the adapters holds a vendor's id: what is special about one stands in its own file."""
    # `local` and `dns` are plain words; the others are ids that mean nothing but their vendor.
    ids = {vendor for vendor in VENDORS if vendor not in LOCAL_PROVIDERS}
    below = FLOORS.index("providers")
    named = [
        f"{MODULES[module].relative_to(ROOT)}:{line} says {value!r}"
        for module in MODULES
        if (floor := floor_of(module)) is not None and floor < below
        for line, value in code_strings(module)
        if value in ids
    ]
    assert named == []


def test_modules_say_what_they_are_for() -> None:
    docstrings = {module: ast.get_docstring(tree_of(module)) or "" for module in MODULES}
    assert [module for module, text in docstrings.items() if not text or len(text.splitlines()[0]) > 120] == []


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:  # an unpacked source distribution has no history
        return [path for path in ROOT.rglob("*") if path.is_file() and not path.is_relative_to(ROOT / ".venv")]
    paths = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_the_page_on_architecture_is_true_to_the_tree() -> None:
    """Each file, folder and constant that it names is there."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = {name for name in re.findall(r"`([\w./]+)`", page) if "/" in name or name.endswith(".py")}
    rooms = [
        ROOT,
        PACKAGE,
        *(PACKAGE / name for name in ("waterfall", "waterfall/choice", "waterfall/rules", "engine")),
    ]
    assert len(names) > 30
    assert [name for name in sorted(names) if not any((room / name).exists() for room in rooms)] == []
    for constant, path in re.findall(r"`([A-Z_]+)` (?:in|of) `([\w./]+\.py)`", page):
        text = next((room / path).read_text(encoding="utf-8") for room in rooms if (room / path).exists())
        assert re.search(rf"^{constant}\b", text, re.MULTILINE), f"{path} has no {constant}"


# Spelt in pieces so that this file does not hold what it forbids.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w./:-])/" + r"(?:tmp|work|home|root|Users|opt)/[\w.]",
            r"[A-Z]:\\\\?" + r"Users",
            r"pypi\." + r"org",
            r"pythonhosted\." + r"org",
            r"registry\.npmjs\." + r"org",
            r"\b" + r"shared/vend" + r"ors",
        ]
    )
)


def test_the_tree_holds_no_machine_paths_and_no_registry_hosts() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {match[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            if (match := FORBIDDEN.search(line))
        ]
    assert found == []
