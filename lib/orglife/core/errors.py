"""Errors other than findings about users' entries, and the Chinese sentences for them.

An error has fields, not prose, and can be pickled, because batches run in several processes. Every sentence says what
is wrong, where, and how to correct it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def _rebuild(kind: type[OrglifeError], fields: dict[str, Any]) -> OrglifeError:
    return kind(**fields)


LONGEST = 2000
"""Most characters of a sentence's field, or of one of several problems: a file may hold a name of millions."""


def _cut(value: Any) -> Any:
    return f"{value[:LONGEST]}……" if isinstance(value, str) and len(value) > LONGEST else value


def _shown(text: str) -> str:
    """Text that can be displayed: lone surrogates (half characters, undecodable file names) become ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


class OrglifeError(Exception):
    """A problem that the user can correct; ``sentences`` can be shown unchanged.

    ``COMMAND`` is what an administrator can type then: commands add it, pages never show it.
    """

    SENTENCE = ""
    COMMAND = ""
    OPEN: tuple[str, ...] = ()
    """Fields without names of people or paths: logs may contain them."""
    friendly = True  # notebooks show the sentence instead of a traceback

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(_shown(self.SENTENCE.format(**{name: _cut(value) for name, value in fields.items()})))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.fields)

    @property
    def sentences(self) -> list[str]:
        """One Chinese sentence for each problem."""
        return [str(self)]

    @property
    def command(self) -> str:
        """What an administrator can type, "" = nothing."""
        return self.COMMAND.format(**self.fields)

    @property
    def plain(self) -> str:
        """The sentence for logs, with what an administrator needs, without personal data."""
        shown = _Plain({name: self.fields[name] for name in self.OPEN if name in self.fields})
        return (self.SENTENCE + self.COMMAND).format_map(shown)


class _Plain(dict[str, Any]):
    """Values for a sentence; others become ``……``."""

    def __missing__(self, name: str) -> str:
        return "……"


class BadInput(OrglifeError):
    """Several problems of one input, reported together."""

    SENTENCE = "{problems}"

    def __init__(self, problems: Sequence[str], commands: Sequence[str] = ()) -> None:
        self.problems = [_shown(_cut(problem)) for problem in problems]
        self.commands = list(dict.fromkeys(command for command in commands if command))
        super().__init__(problems="")
        self.fields = {"problems": "\n".join(self.problems)}
        self.args = (self.fields["problems"],)  # all of them, however long together

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.commands)

    @property
    def command(self) -> str:
        """What an administrator can type about all of them."""
        return "\n".join(self.commands)

    @property
    def sentences(self) -> list[str]:
        return list(self.problems)


def every_sentence(kind: type[OrglifeError] = OrglifeError) -> Iterator[tuple[str, str]]:
    """(Class name, sentence) of every subclass of an error, for proofreading and for logs of failed notebooks."""
    if kind.SENTENCE and kind is not BadInput:
        yield kind.__name__, kind.SENTENCE
    if kind.COMMAND:
        yield f"{kind.__name__}.COMMAND", kind.COMMAND
    for each in kind.__subclasses__():
        yield from every_sentence(each)


class EndlessExpression(OrglifeError):
    """A campaign's regular expression searches a text without end."""

    SENTENCE = "方案里用来查找文字的一处写法“{pattern}”（{place}），在一段文字里一直找不完，已停下，登记的内容不受影响。请把这句话交给管理员，由他改方案。"
    OPEN = ("place",)


# --- workspace and campaign ------------------------------------------------------------------------------------------


class NotAWorkspace(OrglifeError):
    SENTENCE = "“{path}”不是工作目录，没有打开。请核对文件夹选对了没有；还没有建立的，先新建一个。"
    COMMAND = "新建工作目录用 orglife new。"


class NoWorkspaceFound(OrglifeError):
    SENTENCE = "从“{path}”往上没有找到工作目录。请核对文件夹；还没有建立的，先新建一个。"
    COMMAND = "请在工作目录（里面有orglife.toml）里运行，或者写明它的路径；新建用 orglife new。"


class WorkspaceExists(OrglifeError):
    SENTENCE = "“{path}”不是空目录，不能在里面新建工作目录。请换一个新的目录名。"


class AlreadyAWorkspace(WorkspaceExists):
    SENTENCE = "“{path}”已经是工作目录，没有改动。请直接打开它；要另建一个的，请换一个新的目录名。"


class NotARehearsal(OrglifeError):
    SENTENCE = "“{path}”是正式的工作目录，不能在里面演练，没有改动。请先把它改名，或另选一个目录。"


class NotADemo(OrglifeError):
    SENTENCE = "“{path}”不是空目录，也不是以前的演示目录，没有改动。请另选一个目录。"
    COMMAND = "另选目录用 --out。"


class SettingsBroken(OrglifeError):
    SENTENCE = "工作目录的设置有误，打不开：{what}。请从备份恢复，或联系管理员。"
    COMMAND = "设置文件是“{path}”。"


class CampaignNotFound(OrglifeError):
    SENTENCE = "没有叫“{name}”的方案，也没有这个文件。可用的方案：{known}。请检查名称或路径。"


class CampaignInForce(OrglifeError):
    SENTENCE = "这个方案正在使用，不用再启用。请选新一年的方案；同一年要调整的，请联系管理员。"
    COMMAND = "方案{id}的文件是工作目录里的campaign.toml。"


class CampaignUsedBefore(OrglifeError):
    SENTENCE = "这个方案以前用过，数据还在，不能再启用一次。请选新一年的方案；往年的数据照旧能看。"
    COMMAND = "查看往年的，在命令后面加 --campaign {id}。"


class CampaignNotBegun(OrglifeError):
    SENTENCE = "{path}里还没有启用方案。请上级党组织先在服务器上建立自己的工作目录，选好方案；然后再打开。"
    COMMAND = "上级党组织建立用 orglife new 目录 --role bureau --campaign 方案 --store 数据库。"


class AnotherCampaign(OrglifeError):
    SENTENCE = "服务器上用的方案是“{now}”，由上级党组织启用，不能换成别的，没有建立。请选这个方案再建立。"
    COMMAND = "这个方案写 --campaign {id}。"


class CampaignOfBureau(OrglifeError):
    SENTENCE = "方案由上级党组织在服务器上启用，启用以后各支部自动换上，这里不用启用，没有改动。对方案有意见的，请向上级党组织提出。"


class NoEarlierCampaign(OrglifeError):
    SENTENCE = "这个工作目录里没有用过方案{id}。用过的有：{known}。请核对方案代号。"


class CampaignMissing(OrglifeError):
    SENTENCE = "工作目录“{path}”里没有方案文件。请从备份恢复，或新建一个工作目录。"


# --- unknown names, ids and choices ----------------------------------------------------------------------------------


class UnknownBranch(OrglifeError):
    SENTENCE = "没有找到党支部“{branch}”。请核对；还没有收到它的数据的，先收它交来的包。"
    COMMAND = "已有的支部：{known}。"


class BranchNotChosen(OrglifeError):
    SENTENCE = "还没有选支部。请在页面右上角选一个党支部。"
    COMMAND = "请写明是哪一个：{known}。"


class NoBranch(OrglifeError):
    SENTENCE = "还没有登记党支部。请先到“工作方案”页填支部名称和党员名册；上级党组织请先到“收件”页收支部的包。"


class NoSuchMember(OrglifeError):
    SENTENCE = "{branch}的党员名册里没有编号为“{member}”的党员。请核对编号，或先把这名党员登记到名册。"


class UnknownStage(OrglifeError):
    SENTENCE = "没有叫“{stage}”的阶段。可用的阶段：{known}。"


class UnknownRule(OrglifeError):
    SENTENCE = "没有编号为“{rule}”的检查。请核对编号。"
    COMMAND = "全部编号用 orglife rules 查看。"


class UnknownType(OrglifeError):
    SENTENCE = "没有叫“{type}”的记录类型。可用的类型：{known}。"


class UnknownChoice(OrglifeError):
    SENTENCE = "{what}“{value}”不在可选范围内。可用：{known}。"


class UnknownForm(OrglifeError):
    SENTENCE = "没有表号为“{form}”的表。可用的表号：{known}。"


class NoBlankForm(OrglifeError):
    SENTENCE = "{form}没有空白表。有空白表的：{known}。"


class UnknownSubject(OrglifeError):
    SENTENCE = "所选的支部和表里没有对象为“{subject}”的文件。请核对记录或党员的编号。"


class BadDay(OrglifeError):
    SENTENCE = "“{value}”不是有效的日期。请按 2024-02-22 的样子填写。"


class NoSuchRecord(OrglifeError):
    SENTENCE = "这条{label}已经不在了，可能刚才在别处移除。请重新打开这一页。"
    COMMAND = "编号是“{id}”。"


class NoSuchFinding(OrglifeError):
    SENTENCE = "这条提示已经没有了，不用说明。请重新打开这一页。"
    COMMAND = "{branch}没有检查{rule}的提示{about}；现在的提示用 orglife check 查看。"


# --- files and the store ---------------------------------------------------------------------------------------------


class NoSuchFile(OrglifeError):
    SENTENCE = "找不到文件“{path}”。请检查文件名和位置。"


class UnreadableFile(OrglifeError):
    SENTENCE = "文件“{path}”读不出来：{what}。请检查文件是否完整、是否有权限。"


class NoRight(OrglifeError):
    SENTENCE = "没有权限打开“{path}”。请用能打开它的账户登录，或请管理员给您权限，再试。"


class CannotWrite(OrglifeError):
    OPEN = ("what",)
    SENTENCE = "无法写入“{path}”：{what}。没有留下不完整的内容；请检查磁盘空间和文件夹权限后再试。"


class NotCarried(OrglifeError):
    OPEN = ("what",)
    SENTENCE = "没有写到“{path}”：{what}，可能是U盘拔出了、满了或者写保护。电脑里的原件没有受影响；请插好U盘，或换一个位置，再写一次。"


class NothingToCarry(OrglifeError):
    OPEN = ("what",)
    SENTENCE = "{what}。"


class FileThere(OrglifeError):
    SENTENCE = "“{path}”已经有了，内容不同，没有改动。请换一个文件名。"
    COMMAND = "确实要改写的，加 --force。"


class StoreMissing(OrglifeError):
    SENTENCE = "数据文件不见了：“{path}”。没有另建空的，其他内容没有改动。请先找一找它是不是被移走或改了名，找到后放回原处；{offer}"


class StoreTooOld(OrglifeError):
    SENTENCE = (
        "数据文件“{path}”比最后一次保存的旧，少了已经保存过的内容：{lost}。没有打开，也没有改动。"
        "可能只拷来了这一个文件：请把原来的整个文件夹拷来，再打开一次；找不到原来的，用备份恢复；两样都没有的，请联系管理员。"
    )
    COMMAND = "只能这样接着用的，先删去旁边的“{heads}”再打开，少的内容重新录入。"


class StoreNewer(OrglifeError):
    SENTENCE = "数据文件“{path}”是较新的程序建立的，这台电脑上的程序旧了，打不开。数据没有改动；请换上新的程序，或者联系管理员。"
    COMMAND = "数据的版式是{version}，这里的程序认到{known}。"


class StoreBroken(OrglifeError):
    SENTENCE = "数据文件“{path}”打不开或已损坏：{what}。请不要删除它，用备份恢复或联系管理员。"


class StoreBusy(OrglifeError):
    SENTENCE = "数据正被另一个窗口占用，这次没有保存。请关闭另一个窗口，稍后再试。"


SERVER_AWAY, SERVER_FULL = "连不上数据库服务器", "服务器磁盘空间不足"
WAITING = {
    SERVER_AWAY: "服务器恢复以后会自动保存，不用再按什么；过半小时还没有恢复的，请告诉管理员。",
    SERVER_FULL: "请告诉管理员服务器的磁盘满了；腾出地方以后会自动保存，不用再按什么。",
}
"""What becomes of input that a page keeps, by why it is not saved."""
FOR_ADMINISTRATORS = {
    SERVER_AWAY: "管理员请看数据库服务器是否在运行、网络通不通；恢复以后用 orglife serve check 检查。",
    SERVER_FULL: "管理员请在服务器上腾出磁盘空间；以后用 orglife serve check 检查。",
}
"""What an administrator does about it."""


class _OfServer(OrglifeError):
    """An error whose field ``what`` may say what is the matter with the server."""

    @property
    def command(self) -> str:
        """What an administrator does about the server."""
        return FOR_ADMINISTRATORS.get(self.fields["what"], "")


class StoreAway(_OfServer):
    OPEN = ("what",)
    SENTENCE = "{path}现在用不了：{what}。已经保存的内容都在服务器上；请稍后再试，还不行的请联系管理员。"


class StoreOutdated(OrglifeError):
    SENTENCE = "{path}是旧的程序建立的，要先升级才能打开，数据没有改动。请联系管理员。"
    COMMAND = "数据的版式是{version}，程序要{known}；升级用 orglife serve upgrade。"


class LoginUnknown(OrglifeError):
    SENTENCE = "账号“{login}”还没有登记属于哪个支部，打不开。请联系管理员登记。"
    COMMAND = "登记账号用 orglife serve add，数据库是{path}。"


class NotOwnBranch(OrglifeError):
    SENTENCE = (
        "没有保存：这个账号只能存自己支部的内容，上级党组织的账号只能存上级自己的记录。请换该用的账号，或联系管理员。"
    )


class AuthorIsLogins(OrglifeError):
    SENTENCE = (
        "这个账号登记的录入人是“{name}”，不能写成“{other}”，没有改动。请用自己的账号；姓名登记错了的，请管理员改正。"
    )
    COMMAND = "改正姓名用 orglife serve name。"


class ReceiptOnServer(OrglifeError):
    SENTENCE = "“{name}”没有导入：数据在服务器上，上级的意见、责令和回执存好就看得到，不用导入回执文件。"


class BranchLent(OrglifeError):
    SENTENCE = "没有保存：这个支部的数据{day}由{who}带走了，带回以前，服务器上只能看，不能改。请把带走的带回来再填；那台电脑找不回来的，请上级党组织结束这次带走。"
    COMMAND = "带回用 orglife bring-back，上级党组织结束带走用 orglife end-loan，带走时中断、没有得到工作目录的用 orglife take-home --again。"


class NotLent(OrglifeError):
    SENTENCE = "这个支部的数据现在没有被带走，或者这次带走已经结束，没有改动。请核对支部。"


class NotOnServer(OrglifeError):
    SENTENCE = "“{path}”的数据就在它自己的文件里，不在服务器上，没有可以带走、带回的。请换成数据在服务器上的工作目录；要拷走一份的，请用备份。"


class OnlyBranchTakes(OrglifeError):
    SENTENCE = "只有支部自己的账号能带走、带回本支部的数据，没有改动。请用支部的账号；上级党组织要看的，在总览里看。"


class OnlyBureauEnds(OrglifeError):
    SENTENCE = "只有上级党组织的账号能结束带走，没有改动。支部自己请把带走的带回来。"


class ClockWrong(OrglifeError):
    SENTENCE = "没有带走：这台电脑的时钟与服务器相差{minutes}分钟，录入时间会不对，带不回来。请把电脑的日期和时间调准，再带一次。"


class TooLargeToTake(OrglifeError):
    SENTENCE = "没有带走：有{megabytes}MB（附件多），浏览器里下载不了。请联系管理员，由他带到U盘上。"
    COMMAND = "带到U盘用 orglife take-home。"


class NotBroughtBack(OrglifeError):
    SENTENCE = "“{path}”没有带回：{what}。服务器上的数据没有改动；{how}。"


class BroughtBack(OrglifeError):
    SENTENCE = (
        "没有保存：“{path}”的数据已经带回服务器，这一份只能看。请到服务器上接着填；还要在这里填的，请再带走一份。"
    )


class DataOnServer(OrglifeError):
    SENTENCE = "“{path}”的数据在服务器上，不能从备份恢复，没有改动。请恢复到一个新的目录；服务器上的数据请管理员从数据库的备份恢复。"


class LeadsElsewhere(OrglifeError):
    SENTENCE = "“{path}”没有打开：{what}，不在这个文件夹里，这个账户还没有同意过用那里。没有连接，也没有读写。别人给的工作目录，请先向他问清楚；确认是本单位的，请管理员同意以后再打开。"
    COMMAND = "同意用 orglife allow 工作目录。"


class AnotherLogins(OrglifeError):
    SENTENCE = "工作目录“{path}”是{was}的，而这个账号现在是{now}的，没有打开，也没有改动。一个账号只办一个支部的事，请联系管理员。"


class OpenElsewhere(OrglifeError):
    SENTENCE = "工作目录“{path}”正被这个账号的另一个程序打开，没有再开一个。请先在那里点“退出”，再登录一次。"


class HubRunning(OrglifeError):
    SENTENCE = "{what}已经有一个网站在用，没有再开一个。请先停下原来的。"


class HubSettingsThere(OrglifeError):
    SENTENCE = "“{path}”里已有网站的设置，没有改动。要改的请直接改这个文件；照它开的，不写其他选项再运行一次。"


class HubSettingsMissing(OrglifeError):
    SENTENCE = "“{path}”里还没有网站的设置，没有开。第一次请写明数据库。"
    COMMAND = "例如 --store 'postgresql:///orglife?host=/run/postgresql'。"


class HubSettingsBroken(OrglifeError):
    SENTENCE = "网站的设置“{path}”第{line}行写得不对，没有开。请改好再运行一次。"


class HubProgramMissing(OrglifeError):
    SENTENCE = "这台电脑没有装{what}，开不了网站。"
    COMMAND = "安装见 docs/server.md。"


class ServerProgramMissing(OrglifeError):
    SENTENCE = "这台电脑没有装连接数据库服务器的程序，打不开服务器上的数据。请联系管理员。"
    COMMAND = "安装用 pip install 'orglife[server]'。"


class SaveConflict(OrglifeError):
    SENTENCE = "这条记录（{record}）刚才在别处改过，这次没有保存。请重新打开这一页再改。"


class NotSaved(_OfServer):
    SENTENCE = "没有保存成功（{what}）。请不要关闭这一页，稍后再试；以前保存的内容都在。"


class HalfCharacter(OrglifeError):
    SENTENCE = "{record}里有残缺的字符（例如只剩一半的表情符号），这次没有保存。请删去它后重新输入。"


# --- refused entries -------------------------------------------------------------------------------------------------


class NotAccepted(OrglifeError):
    """A refused entry: the form shows the reason beside the field, and the entry is not saved until it is changed."""

    FIELD = ""


class NoRoundToAnnul(NotAccepted):
    SENTENCE = "没有保存：{branch}没有第{round}轮的会议、测评或评定，不能责令重新进行。请核对党支部；第一次开的会，“作废轮次”填1。"
    FIELD = "round"


class RoundAnnulled(NotAccepted):
    SENTENCE = "没有保存：{branch}的第{round}轮已经责令重新进行（{date}），不能再责令一次。请核对，或修改原来的那一条。"
    FIELD = "round"


class NotAnAttachment(OrglifeError):
    SENTENCE = "文件“{path}”没有附上：{what}。请附PDF或图片（扫描仪、手机存成的都可以），每个不超过20MB。"


# --- papers ----------------------------------------------------------------------------------------------------------


class MissingGlyph(OrglifeError):
    SENTENCE = "《{title}》没有出件：{record}里的“{char}”字，这台电脑的字体里没有。请核对这个字写对了没有；写对了的，请管理员安装有这个字的字体。"
    COMMAND = "这个字的编码是{code}。"


class BadCharacter(OrglifeError):
    SENTENCE = "《{title}》没有出件：{record}里有印不出来的字符，多半是从别处粘贴带进来的。请打开那一条，把那一段删去，用键盘重新输入。"
    COMMAND = "这个字符的编码是{code}。"


class FontsMissing(OrglifeError):
    OPEN = ("roles",)
    SENTENCE = "没有找到出件用的字体（{roles}）。请联系管理员安装。"
    COMMAND = "安装字体用 orglife fonts --fetch。"


class DocxMissing(OrglifeError):
    SENTENCE = "这台电脑没有装出Word文件的程序，这次没有出。请改出PDF；要出Word的，请联系管理员。"
    COMMAND = "安装用 pip install 'orglife[docx]'。"


class NothingToPrint(OrglifeError):
    SENTENCE = "“{title}”现在还没有可以出的文件。请先登记内容，或打印空白表。"


class NotFinal(OrglifeError):
    SENTENCE = "{branch}还不能定稿：{what}。请到“定稿与归档”页的“一、还差什么”，逐项点“去填”。"
    COMMAND = "逐条的提示用 orglife check 查看。"


# --- notebooks -------------------------------------------------------------------------------------------------------


class UnknownParameter(OrglifeError):
    OPEN = ("notebook", "name", "known")
    SENTENCE = "出件用的一页被改动过，不能运行。请联系管理员。"
    COMMAND = "笔记本{notebook}没有叫“{name}”的参数。可用：{known}。"


class MissingTag(OrglifeError):
    OPEN = ("notebook", "tag")
    SENTENCE = "出件用的一页被改动过，不能运行。请联系管理员。"
    COMMAND = "笔记本{notebook}缺少标签为“{tag}”的单元。请用程序自带的笔记本。"


class NoDocuments(OrglifeError):
    OPEN = ("notebook",)
    SENTENCE = "这一页没有可以出的文件。请重新打开这一页，再出一次。"
    COMMAND = "笔记本{notebook}里没有文件单元的输出。请先运行笔记本，并保留文件单元。"


class NotebookFailed(OrglifeError):
    """A notebook raised an error; ``kind`` is the class name of the cell's error."""

    SENTENCE = "这一阶段没有出完：{what}。"
    COMMAND = "笔记本是{notebook}，错误的种类是{kind}。"

    @property
    def plain(self) -> str:
        kind = str(self.fields["kind"])
        known = dict(every_sentence()).get(kind)
        reason = known.format_map(_Plain()) if known else ProgramFailed(kind=kind).plain
        return (self.SENTENCE + self.COMMAND).format_map({**self.fields, "what": reason.rstrip("。")})


# --- imports and receipts --------------------------------------------------------------------------------------------


class NotImportable(OrglifeError):
    SENTENCE = "“{path}”不是认得的文件，没有读。请选：从这里导出的表（填好后交回的也是），有“姓名”一列的党员名册（Excel、WPS表格都可以），支部交来的包，或者上级的回执。"


class NotAForm(OrglifeError):
    SENTENCE = (
        "“{path}”是文字文件，不能导入。请本人填在“党员填写表”里交回；已经写好的，请照原话录入“对照检查”页的“发言提纲”。"
    )


class OtherSheet(OrglifeError):
    SENTENCE = "“{path}”读不出全部的表。请用Excel或WPS打开收到的填写表，另存为“Excel 工作簿”后再选。"


class FormsInAZip(OrglifeError):
    SENTENCE = "“{path}”是压缩包。请先解压，再选中里面填好的表（可以一次选几十份）。"


class ChainBroken(OrglifeError):
    SENTENCE = "{where}的修改历史接不上：第{number}次修改{what}。没有接收，原有数据没有改动；请向对方要完整的包，或联系管理员。"


class BadPackage(OrglifeError):
    SENTENCE = "“{name}”没有接收：{what}。原有数据没有改动；请向对方要完整的文件，不要自己解开或改动它。"


class PackageTooLarge(OrglifeError):
    SENTENCE = "{what}有{megabytes}MB（附件多），浏览器里下载不了。请插上U盘，到“定稿与归档”页的“拷到U盘或文件夹，备份”里点“{button}”。"


class TooLargeOnServer(OrglifeError):
    SENTENCE = "{what}有{megabytes}MB（附件多），浏览器里下载不了。请联系管理员，由他从服务器上拷出来。"


class OtherCampaign(OrglifeError):
    SENTENCE = "“{name}”没有接收：是方案“{theirs}”的数据，这里用的是“{ours}”。请导入本方案的数据。"


class HistoryRewritten(OrglifeError):
    SENTENCE = "“{name}”没有接收：{branch}以前交来的第{number}次修改在这份历史里{how}，说明以前的记录被改写过，或支部是从旧备份恢复的。原有数据没有改动；请退回支部查明。"
    COMMAND = "支部代号是{id}；查明了的，要看接收后会改变什么，加 --new-history 原因 --dry-run，只看不存。"


class OlderPackage(OrglifeError):
    SENTENCE = "“{name}”没有接收：比这里已收的旧，{branch}以前交来了第{number}次修改，来件只到第{theirs}次。原有数据没有改动；请收支部最新的包。"
    COMMAND = "支部（代号{id}）确实从旧备份恢复的，要看接收后会改变什么，加 --new-history 原因 --dry-run，只看不存。"


class Contradictions(OrglifeError):
    SENTENCE = "“{name}”没有接收：{branch}有{count}条记录这里和支部都改过，内容不同。原有数据没有改动；请先选定以哪一边为准，没有取的一边留在修改历史里。"
    COMMAND = "都以来件为准的加 --theirs，都以这里为准的加 --ours。"


class ChangedMeanwhile(OrglifeError):
    SENTENCE = "“{name}”没有接收：核对以后，这里的记录又改过，刚才看到的差别不准了。请再核对一次。"


class NotTheSameBranch(OrglifeError):
    SENTENCE = "“{name}”没有接收：来件是{theirs}，这里是{ours}，代号相同，两份修改历史没有一条相同。请先弄清是不是同一个支部：是同一个支部的，合并；不是的，当作新支部接收。"
    COMMAND = "代号是{id}。当作新支部接收的，加 --as-new-branch；同一个支部（例如历史从头改写过，或者这里的是另行录入的），加 --same-branch，只新增和修改，不移除这里的记录。"


class HeadUnknown(OrglifeError):
    SENTENCE = "“{name}”没有接收：回执说收到了第{number}次修改，这里没有那次修改。请核对是不是本支部的回执；曾从旧备份恢复的，请联系上级党组织。"


class ReceiptNotWritten(OrglifeError):
    SENTENCE = "“{name}”已接收，但回执没有写成：{what}。请检查磁盘空间和文件夹权限，再导入一次这个包，会补上回执。"


# --- bags ------------------------------------------------------------------------------------------------------------


class NotArchived(OrglifeError):
    SENTENCE = "{branch}没有归档：{what}。"


class ArchiverLost(OrglifeError):
    SENTENCE = "归档时程序意外停止。请再归档一次；仍然这样，请联系管理员。"


class AttachmentLost(OrglifeError):
    SENTENCE = "附件{what}。请找回原件，在“工作方案”页的“附件”里移除这一条，重新附上。"
    COMMAND = "附件是“{path}”。"


class InsideABag(OrglifeError):
    SENTENCE = "不能写到归档包里面：“{path}”在归档包“{bag}”里。请换一个文件夹。"


class NameForbidden(OrglifeError):
    SENTENCE = "“{name}”在Windows上不能用作文件夹名，没有归档。请联系管理员换一个支部代号。"


class BagFaulty(OrglifeError):
    SENTENCE = "归档包写好后核验不符（{what}），已经删去。请检查“{path}”所在的磁盘，再试一次。"


class NotSetAnew(OrglifeError):
    OPEN = ("what",)
    SENTENCE = "包里的文件没有能重新排版：{what}。"


class NothingToVerify(OrglifeError):
    SENTENCE = "“{path}”不是归档包、上报包、备份或数据文件，不能核验。请检查路径。"


# --- the server and its window ---------------------------------------------------------------------------------------


class PortTaken(OrglifeError):
    SENTENCE = "工作簿没有打开：它要用的端口{port}正被另一个程序占用。请重启电脑后再打开；还不行的请联系管理员。"
    COMMAND = "也可以用 --port 换一个端口。"


class NotStarted(OrglifeError):
    SENTENCE = (
        "工作目录“{path}”已在另一个窗口打开，但没有回应。请关闭那个窗口（或重启电脑）后再打开；已保存的内容都在。"
    )


class WorkspaceOpen(OrglifeError):
    SENTENCE = "工作目录“{path}”正在另一个窗口打开，没有恢复。请在那里的“定稿与归档”页点“退出”后再试。"


class AtWork(OrglifeError):
    SENTENCE = "“{title}”正在做（{since}开始），还没有做完。请等它做完再做这一件，或者先取消它。"


class AnotherBranch(OrglifeError):
    SENTENCE = "工作簿已经为党支部“{now}”打开。要办“{wanted}”的，请先在那里的“定稿与归档”页点“退出”，再打开。"


# --- notices, and the campaigns drafted from them --------------------------------------------------------------------


class NoticeUnreadable(OrglifeError):
    SENTENCE = "没有读出文件“{name}”：{what}。请{how}。"


class NotANotice(OrglifeError):
    SENTENCE = "“{name}”不像召开组织生活会、开展民主评议党员的通知：{what}。请核对文件；没有改动。"


class TwoNotices(OrglifeError):
    SENTENCE = "“{name}”里不止一份通知（第二份从“{second}”开始）。请分成两个文件，一次读一份。"


class CampaignDraftBroken(OrglifeError):
    SENTENCE = "方案草稿“{path}”读不出来。请联系管理员把它移开，再重新上传通知；其他内容不受影响。"


class CampaignLabelsBroken(OrglifeError):
    SENTENCE = "以前确认通知时留下的文件“{path}”读不出来。请联系管理员把它移开，再启用一次；方案和记录不受影响。"


class CampaignKeysMoved(OrglifeError):
    SENTENCE = "方案已经生效，支部已经按“{before}”登记，不能再改成“{after}”。请恢复原来的写法，或者另起一个方案。"


# --- the batch -------------------------------------------------------------------------------------------------------


class EngineNotHere(OrglifeError):
    SENTENCE = "这台电脑的系统不能用选定的方式出件。请用默认的方式。"
    COMMAND = "请去掉 --engine orglife，改用papermill自带的引擎。"


class NotPython(OrglifeError):
    SENTENCE = "选定的方式不能运行这一页。请用默认的方式。"
    COMMAND = "引擎orglife只运行Python笔记本，不能用内核“{kernel}”。请去掉 --engine，或换用Python内核。"


class DaskMissing(OrglifeError):
    SENTENCE = "没有安装在几台电脑上一起出件的程序。请在本机出件，或联系管理员安装。"
    COMMAND = "安装用 pip install 'orglife[dask]'；在本机出件的，去掉 --scheduler。"


class SchedulerAway(OrglifeError):
    SENTENCE = "连不上调度程序“{address}”，没有开始出件。请核对地址，确认它正在运行，或者在本机出件。"
    COMMAND = "在本机出件的，去掉 --scheduler。"


class NoWorkers(OrglifeError):
    SENTENCE = "调度程序“{address}”上没有工作进程。请先启动工作进程，再运行一次；没有开始出件。"


class ClusterLost(OrglifeError):
    SENTENCE = "一起出件的几台电脑（“{address}”）联系不上了，这个支部没有做完。已做好的都保留；请检查以后再出件一次，只做没有做完的，也可以在本机出件。"
    COMMAND = "在本机出件的，去掉 --scheduler。"


class WorkerSilent(OrglifeError):
    SENTENCE = "集群（“{address}”）里有工作进程一直没有回应。请检查或重新启动工作进程，再运行一次；没有开始出件。"


class OtherProgram(OrglifeError):
    SENTENCE = "工作进程{worker}上的程序是{there}，本机是{here}，出的文件会不一样。请装成同一版本、同样的字体后再运行。"


class BranchLost(OrglifeError):
    OPEN = ("how",)
    SENTENCE = "出件时程序意外停止，没有做完。请再出件一次；仍然这样，请联系管理员。"
    COMMAND = "停止的原因：{how}。"


class BranchHung(OrglifeError):
    OPEN = ("seconds",)
    SENTENCE = "出件超过{seconds}秒，已停止。请再出件一次；仍然这样，请联系管理员。"
    COMMAND = "时间不够的，用 --limit 放宽。"


class ProgramFailed(OrglifeError):
    OPEN = ("kind",)
    SENTENCE = "程序遇到了意外情况，这一步没有完成，已保存的内容不受影响。请再试一次；仍然这样，请联系管理员。"
    COMMAND = "错误的种类：{kind}。"
