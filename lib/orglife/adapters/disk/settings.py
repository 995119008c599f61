"""orglife.toml, the settings of a workspace."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orglife.adapters.disk import files
from orglife.core.errors import NotAWorkspace, SettingsBroken
from orglife.core.record.toml_text import TomlError, read_toml

SETTINGS = "orglife.toml"


class Settings(BaseModel):
    """orglife.toml.

    Attributes:
        day: What counts as today in a demonstration, whose data stand still.
        loan: Of a branch that was taken home from a server: what the server knows the loan by.
        returned: It was brought back, and is only to be read here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    role: Literal["branch", "bureau"] = "branch"
    branch: str = ""
    store: str = Field(default="sqlite:///orglife.db", pattern=r"^[^\x00-\x1f]*$")
    author: str = ""
    demo: bool = False
    rehearsal: bool = False
    day: date | None = None
    backup_days: int = Field(default=30, ge=0)
    loan: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    returned: bool = False

    def to_toml(self) -> str:
        """The file's text; a JSON string is also a TOML basic string."""
        loan = {} if self.loan else {"loan", "returned"}
        values = self.model_dump(exclude={"day", *loan})
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
        lines += [f"day = {self.day.isoformat()}"] if self.day else []
        return "# 工作目录设置：角色、支部、数据文件、录入人、每日备份留几天（0为不备份）\n" + "\n".join(lines) + "\n"


def settings_of(root: Path) -> Settings:
    """The settings of a workspace.

    Raises:
        NotAWorkspace: the folder has none.
        SettingsBroken, UnreadableFile: the file cannot be read.
    """
    path = root / SETTINGS
    if not path.is_file():
        raise NotAWorkspace(path=str(root))
    return settings_from(files.read_text(path), path)


def settings_from(text: str, path: Path = Path(SETTINGS)) -> Settings:
    """Settings from the text of a file.

    Raises:
        SettingsBroken: it cannot be read; the error names ``path``.
    """
    try:
        return Settings.model_validate(read_toml(text))
    except TomlError as error:
        raise SettingsBroken(path=str(path), what=f"写法不对（{error}）") from error
    except ValidationError as error:
        places = "、".join(".".join(map(str, e["loc"])) for e in error.errors())
        raise SettingsBroken(path=str(path), what=f"这几项写法不对：{places}") from error


def write_settings(root: Path, settings: Settings) -> None:
    """Write the settings of a workspace.

    Raises:
        CannotWrite: nothing was written.
    """
    files.write(root / SETTINGS, settings.to_toml().encode())


def change_settings(root: Path, **changes: Any) -> None:
    """Change some settings of a workspace; the others stay as they are in the file now."""
    write_settings(root, settings_of(root).model_copy(update=changes))
