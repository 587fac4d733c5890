"""A read by keys that nearly every request makes: written in SQLAlchemy, compiled once, run on the driver itself.

Running a statement through SQLAlchemy costs about 0.1 ms of the processor whatever it reads, and more than that to hop
into a thread for it. A point read costs the driver's work and the conversion of its values (``docs/decisions/0065``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select

Row = tuple[Any, ...]
"""Values in the order of the statement's columns."""
_Conversion = Callable[[Any], Any]


class PointRead:
    """One statement for both engines; its keys are ``bindparam``s."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, CompiledRead] = {}

    def on(self, connection: Connection, **keys: Any) -> Sequence[Row]:  # noqa: ANN401  # as the columns' types are
        """The rows as the caller's transaction sees them."""
        return [tuple(row) for row in connection.execute(self._statement, keys)]

    def compiled(self, dialect: Dialect) -> "CompiledRead":
        """The statement as a driver takes it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = CompiledRead(self._statement, dialect)
        return found


class CompiledRead:
    """The text of a statement for one engine, and how values go in and come out.

    It does what SQLAlchemy does for a plain select and no more: a test compares the two.
    """

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = dialect.statement_compiler(dialect, statement)
        keys = [name for name, bind in compiled.binds.items() if bind.required]
        expanded = compiled.construct_expanded_state(dict.fromkeys(keys))  # lists behind IN are written out
        self.text = expanded.statement
        self._fixed = expanded.parameters
        self._positions: Sequence[str] = expanded.positiontup or ()  # both drivers take values by place
        self._conversions = tuple(
            (place, conversion)
            for place, column in enumerate(statement.selected_columns)
            if (conversion := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        )

    def arguments(self, keys: Mapping[str, Any]) -> tuple[Any, ...]:
        """What the driver wants beside the text."""
        values = {**self._fixed, **keys}
        return tuple(values[name] for name in self._positions)

    def rows(self, raw: Iterable[Row]) -> list[Row]:
        """What the driver gave, as SQLAlchemy would give it."""
        return [self._converted(row) for row in raw]

    def _converted(self, raw: Row) -> Row:
        values = list(raw)
        for place, conversion in self._conversions:
            values[place] = conversion(values[place])
        return tuple(values)
