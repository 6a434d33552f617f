"""Who calls whom in `apps` and `billing_site`, read from the source: names are followed through imports.

It may have calls that never happen, but misses none. A name that is mentioned counts as called: the name of a task
calls the task; a class calls its methods, its bases and all that its body mentions; the name of a model's method calls
the methods of that name of all models.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path

from tests.sources import ROOT, nodes_of, tree_of

OURS = ("apps", "billing_site", "tests")
Calls = dict[str, set[str]]


class Module:
    """One module: its imported names, functions and classes, and its string constants."""

    def __init__(self, file: Path) -> None:
        parts = file.relative_to(ROOT).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.tree = tree_of(file)
        self.names: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.functions: dict[str, ast.AST] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.tables: dict[str, ast.AST] = {}
        for node in nodes_of(file):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in OURS:
                self.names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
            elif isinstance(node, ast.Import):
                self.names |= {each.asname: each.name for each in node.names if each.asname}
        for node in self.tree.body:
            self._take(node)

    def _take(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = node
            for method in methods(node):
                self.functions[f"{node.name}.{method.name}"] = method
        elif isinstance(node, ast.Assign) and isinstance(text := getattr(node.value, "value", None), str):
            self.texts |= {each.id: text for each in node.targets if isinstance(each, ast.Name)}
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.names[node.name] = f"{self.name}.{node.name}"
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    self.names[target.id] = f"{self.name}.{target.id}"
                    self.tables[target.id] = node.value


@cache
def module_of(file: Path) -> Module:
    """Return a module; it is parsed once for all graphs."""
    return Module(file)


def methods(cls: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions that a class defines."""
    return [each for each in cls.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]


def is_model_module(name: str) -> bool:
    """Return whether a module defines models."""
    return "models" in name.split(".")


class Code:
    """The modules of the product, and those that a test adds."""

    def __init__(self, *, beside: Collection[str] = ()) -> None:
        files = [file for root in OURS[:2] for file in (ROOT / root).rglob("*.py") if "migrations" not in file.parts]
        planted = [ROOT / f"{name.replace('.', '/')}.py" for name in beside]
        self.modules = {module.name: module for module in map(module_of, [*files, *planted])}

    def resolve(self, name: str) -> str:
        """Return where a dotted name is defined, following re-exports of packages."""
        for _ in range(10):
            owner, _, last = name.rpartition(".")
            module = self.modules.get(owner)
            if module is None:
                head, _, middle = owner.rpartition(".")
                owner_module = self.modules.get(head)
                if owner_module is None or middle not in owner_module.names:
                    return name
                following = f"{owner_module.names[middle]}.{last}"
            else:
                following = module.names.get(last, name)
            if following == name:
                return name
            name = following
        return name

    @cached_property
    def tasks(self) -> dict[str, str]:
        """The function of each task, by the task's name."""
        found = {}
        for module in self.modules.values():
            for name, node in module.functions.items():
                for decorator in getattr(node, "decorator_list", ()):
                    first = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
                    if isinstance(first, ast.Constant):
                        found[str(first.value)] = f"{module.name}.{name}"
                    elif isinstance(first, ast.Name) and (text := self._text(module, first.id)):
                        found[text] = f"{module.name}.{name}"
        return found

    def _text(self, module: Module, name: str) -> str:
        if name in module.texts:
            return module.texts[name]
        owner, _, last = self.resolve(module.names.get(name, "")).rpartition(".")
        return self.modules[owner].texts.get(last, "") if owner in self.modules else ""

    @cached_property
    def _model_methods(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for module in self.modules.values():
            if is_model_module(module.name):
                for name in module.functions:
                    owner, _, method = name.rpartition(".")
                    if owner and not method.startswith("__"):
                        found.setdefault(method, []).append(f"{module.name}.{name}")
        return found

    def mentions(self, module: Module, node: ast.AST) -> Iterator[str]:
        """Yield every function, class and task that a piece of source names."""
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute):
                yield from self._attribute(module, each)
            elif isinstance(each, ast.Name) and each.id in module.names:
                yield self.resolve(module.names[each.id])
                if text := self._text(module, each.id):
                    yield from filter(None, [self.tasks.get(text)])
            elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value in self.tasks:
                yield self.tasks[each.value]

    def _attribute(self, module: Module, node: ast.Attribute) -> Iterator[str]:
        text = ast.unparse(node)
        head, _, rest = text.partition(".")
        if head in module.names:
            yield self.resolve(f"{module.names[head]}.{rest}")
        if head in ("self", "cls"):
            yield from (f"{module.name}.{one}" for one in module.functions if one.endswith(f".{node.attr}"))
        yield from self._model_methods.get(node.attr, ())

    @cached_property
    def graph(self) -> Calls:
        """The names that each function, class and table uses."""
        found: Calls = {}
        for module in self.modules.values():
            for name, node in (*module.functions.items(), *module.tables.items()):
                found[f"{module.name}.{name}"] = set(self.mentions(module, node))
            for name, cls in module.classes.items():
                own = {f"{module.name}.{one}" for one in module.functions if one.startswith(f"{name}.")}
                rest = [*cls.bases, *cls.decorator_list, *(each for each in cls.body if each not in methods(cls))]
                found[f"{module.name}.{name}"] = own.union(*(self.mentions(module, each) for each in rest))
        return found

    @cached_property
    def callers(self) -> Calls:
        """The functions, classes and tables that use each name."""
        found: Calls = {}
        for caller, called in self.graph.items():
            for each in called:
                found.setdefault(each, set()).add(caller)
        return found

    def subclasses(self, of: str) -> set[str]:
        """Return the direct and indirect subclasses of a class."""
        found = {of}
        while True:
            more = {
                f"{module.name}.{name}"
                for module in self.modules.values()
                for name, cls in module.classes.items()
                if any(self._base(module, each) in found for each in cls.bases)
            }
            if more <= found:
                return found
            found |= more

    def _base(self, module: Module, node: ast.expr) -> str:
        return self.resolve(module.names.get(ast.unparse(node).split("[")[0], ""))

    def reaching(self, sinks: set[str], *, without: set[str]) -> dict[str, list[str]]:
        """Return a path to one of the sinks for each function that has one; no path goes through `without`."""
        ways, queue = {sink: [sink] for sink in sinks}, sorted(sinks)
        while queue:
            name = queue.pop(0)
            for caller in sorted(self.callers.get(name, ())):
                if caller not in ways and caller not in without:
                    ways[caller] = [caller, *ways[name]]
                    queue.append(caller)
        return ways

    def reached(self, entries: Iterable[str], *, without: set[str]) -> dict[str, list[str]]:
        """Return a path to each function that entries lead to; functions in `without` are reached but not followed."""
        ways = {name: [name] for name in entries if name in self.graph}
        queue = sorted(ways)
        while queue:
            name = queue.pop(0)
            for called in sorted(self.graph[name]) if name not in without else ():
                if called not in ways and called in self.graph:
                    ways[called] = [*ways[name], called]
                    queue.append(called)
        return ways


@cache
def product() -> Code:
    """Return the code of the product alone."""
    return Code()
