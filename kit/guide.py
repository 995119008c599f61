"""使用说明: the kit's guide, printed by the same renderer as all papers."""

from __future__ import annotations

from orglife.core.paper.block import Bundle, Column, Document, Heading, Note, Paragraph, Table

FILES = [
    ["安装.bat", "双击安装，不需要网络；以后升级也是双击它，数据不受影响"],
    ["组织生活会.bat", "打开程序；安装后桌面上有它的快捷方式"],
    ["操作手册.pdf", "怎样用，一个阶段两页；程序里每一页右上角也能打开"],
    ["python", "放Python 3.11的安装程序，本工具包不含它；怎样放见里面的说明"],
    ["wheels", "程序和它用到的软件包，Windows、Linux（x86_64）、ARM Linux（aarch64）各一套"],
    ["fonts", "可以自由分发的字体；仿宋、楷体用电脑里自带的"],
    ["安装.sh", "Linux上用，x86_64和ARM（麒麟V10、统信UOS等）都用它"],
]
STEPS = [
    "一、把整个文件夹复制到电脑上，或直接在U盘里操作。",
    "二、电脑上没有Python 3.11的，先把它的安装程序放进python文件夹。",
    "三、双击“安装.bat”，等到出现“安装好了”。程序装在本人账户的文件夹里，不需要管理员权限。",
    "四、双击桌面上的“组织生活会”。第一次打开，在浏览器里填党支部名称、选方案；工作目录建在“文档”文件夹的“组织生活会”里。",
    "五、浏览器打开首页后，从“工作方案”填起，填一条存一条。用完在“定稿与归档”页点“退出”。",
    "Linux：系统没有Python 3.11的，先照python文件夹里的说明放好；再在本文件夹打开终端，运行 sh 安装.sh，装好后桌面上有“组织生活会”。",
]
HANDS = [
    "在“对照检查”页可以给每名党员做一份填写表，发给本人在Excel或WPS里填，收回后几十份一起导入：先显示每个人的差别，确认后才保存；有不对的，说明是谁的、哪一格、怎样改，别的照收。",
]
SAFE = [
    "数据都在工作目录里，不上网。备份到U盘：在“定稿与归档”页点“备份到这里”。工作目录不要放在网盘和共享文件夹里。",
    "数据没有加密，能登录您账户的人看得到，请设好开机密码。",
]
TRIED = [
    "Linux（x86_64）：断网安装并运行过。",
    "ARM Linux（aarch64，麒麟V10、统信UOS，glibc 2.28以上）：只核对了需要的每一个软件包都有这种电脑用的；还没有在这种电脑上试过。",
    "Windows：还没有实际试过。只核对了需要的每一个软件包都在，并在去掉Windows没有的系统功能后运行过导入、核对和出件。",
    "Windows 7不能运行Python 3.11。",
    "遇到问题请记下窗口里的话，告诉管理员。",
]


def guide() -> Bundle:
    """The guide as blocks."""
    blocks = [
        Heading(text="一、文件夹里有什么"),
        Table(columns=[Column(head="名称", share=1), Column(head="用处", share=3, align="left")], rows=FILES),
        Heading(text="二、安装和打开"),
        *(Paragraph(text=step) for step in STEPS),
        Heading(text="三、党员本人填写"),
        *(Paragraph(text=text) for text in HANDS),
        Heading(text="四、数据"),
        *(Paragraph(text=text) for text in SAFE),
        Heading(text="五、试过什么，没有试过什么"),
        *(Note(text=text) for text in TRIED),
    ]
    document = Document(form="", title=["组织生活会工作簿", "离线安装使用说明"], blocks=blocks)
    return Bundle(documents=[document], title="离线安装使用说明")
