"""Who calls whom in `apps`, read from the source: names are followed through imports, classes stand for their methods.

It knows too much rather than too little: a name that is mentioned counts as called, and the name of a task as the task.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Calls = dict[str, set[str]]


class Module:
    """One module: what its names mean, its functions and classes, and the texts it names."""

    def __init__(self, file: Path) -> None:
        parts = file.relative_to(ROOT).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.tree = ast.parse(file.read_text())
        self.names: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.functions: dict[str, ast.AST] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.tables: dict[str, ast.AST] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("apps"):
                self.names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        for node in self.tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        self.functions[f"{node.name}.{method.name}"] = method
            elif isinstance(node, ast.Assign) and isinstance(text := getattr(node.value, "value", None), str):
                self.texts |= {each.id: text for each in node.targets if isinstance(each, ast.Name)}
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.names[node.name] = f"{self.name}.{node.name}"
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in filter(lambda each: isinstance(each, ast.Name), targets):
                    self.names[target.id] = f"{self.name}.{target.id}"
                    self.tables[target.id] = node.value


@cache
def modules() -> dict[str, Module]:
    files = [file for file in (ROOT / "apps").rglob("*.py") if "migrations" not in file.parts]
    return {module.name: module for module in map(Module, files)}


def resolve(name: str) -> str:
    """Return where a dotted name is defined, through the packages that hand it on."""
    for _ in range(10):
        owner, _, last = name.rpartition(".")
        module = modules().get(owner)
        if module is None:
            head, _, middle = owner.rpartition(".")
            owner_module = modules().get(head)
            if owner_module is None or middle not in owner_module.names:
                return name
            following = f"{owner_module.names[middle]}.{last}"
        else:
            following = module.names.get(last, name)
        if following == name:
            return name
        name = following
    return name


@cache
def tasks() -> dict[str, str]:
    """Return the function of each task, by the task's name."""
    found = {}
    for module in modules().values():
        for name, node in module.functions.items():
            for decorator in getattr(node, "decorator_list", ()):
                if isinstance(decorator, ast.Call) and decorator.args and isinstance(decorator.args[0], ast.Constant):
                    found[str(decorator.args[0].value)] = f"{module.name}.{name}"
                elif isinstance(decorator, ast.Call) and decorator.args and isinstance(decorator.args[0], ast.Name):
                    text = _text(module, decorator.args[0].id)
                    if text:
                        found[text] = f"{module.name}.{name}"
    return found


def _text(module: Module, name: str) -> str:
    if name in module.texts:
        return module.texts[name]
    owner, _, last = resolve(module.names.get(name, "")).rpartition(".")
    return modules()[owner].texts.get(last, "") if owner in modules() else ""


def mentions(module: Module, node: ast.AST) -> Iterator[str]:
    """Yield every function, class and task of `apps` that a piece of source mentions."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            text = ast.unparse(each)
            head, _, rest = text.partition(".")
            if head in module.names:
                yield resolve(f"{module.names[head]}.{rest}")
            if head == "self":
                yield from (f"{module.name}.{one}" for one in module.functions if one.endswith(f".{each.attr}"))
        elif isinstance(each, ast.Name) and each.id in module.names:
            yield resolve(module.names[each.id])
            if text := _text(module, each.id):
                yield from filter(None, [tasks().get(text)])
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value in tasks():
            yield tasks()[each.value]


@cache
def graph() -> Calls:
    """Return for each function what it mentions; a class mentions its methods and its bases."""
    found: Calls = {}
    for module in modules().values():
        for name, node in module.functions.items():
            found[f"{module.name}.{name}"] = set(mentions(module, node))
        for name, value in module.tables.items():
            found[f"{module.name}.{name}"] = set(mentions(module, value))
        for name, cls in module.classes.items():
            own = {f"{module.name}.{one}" for one in module.functions if one.startswith(f"{name}.")}
            bases = {
                resolve(module.names[ast.unparse(base)]) for base in cls.bases if ast.unparse(base) in module.names
            }
            found[f"{module.name}.{name}"] = own | bases
    return found


def subclasses(of: str) -> set[str]:
    """Return the classes that derive from one, by any number of steps."""
    found = {of}
    while True:
        more = {
            f"{module.name}.{name}"
            for module in modules().values()
            for name, cls in module.classes.items()
            if any(resolve(module.names.get(ast.unparse(base).split("[")[0], "")) in found for base in cls.bases)
        }
        if more <= found:
            return found
        found |= more


def reaching(sinks: set[str], *, without: set[str]) -> dict[str, list[str]]:
    """Return a way to one of the sinks for each function that has one, where it goes through none of `without`."""
    callers: Calls = {}
    for caller, called in graph().items():
        for each in called:
            callers.setdefault(each, set()).add(caller)
    ways, queue = {sink: [sink] for sink in sinks}, sorted(sinks)
    while queue:
        name = queue.pop(0)
        for caller in sorted(callers.get(name, ())):
            if caller not in ways and caller not in without:
                ways[caller] = [caller, *ways[name]]
                queue.append(caller)
    return ways
