"""Generated branches of any size: complete, honest and plain, so that no rule has anything to say about them.

Every text is put together from small pools, one entry of each; which entry follows from a running number alone. With
pools of 13 and entry ``(a + j * b + j * j * c) % 13`` in pool j for the number ``169 * c + 13 * b + a``, two texts share
two entries at most, and one when their numbers have the same c.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from tests.branch import ASPECTS, DIMENSIONS

Json = dict[str, Any]
TEAM_ASPECTS = ["execute_decisions", "organizational_life", "member_management", "serve_masses", "self_building"]
KEY_CHECKS = ["ideals_shaken", "stance_unclear", "org_concept_weak", "moral_lapse", "duty_undone"]
KINDS = ["thought", "discipline", "style", "duty", "life"]
VIEWS = ["worldview", "life", "values"]
ITEMS = 3
"""Problems in an outline: enough for a text that COPY-01 compares."""
TO = "局机关党总支"
EXCUSES = ("leave", "frail", "abroad", "lost", "bedridden", "no_expression")
"""Ways not to come: ordinary leave; frail, abroad, lost; taken out of 应到会 for two reasons."""
ABSENT_BUT_EXPECTED = ("leave", "frail", "abroad")
OUT_OF_EXPECTED = ("bedridden", "no_expression")
NOT_ASKED = ("frail", "lost", "bedridden", "no_expression")
WAIVERS = {"lost": "lost_contact", "no_expression": "no_expression"}

SURNAMES = ["郁", "戚", "谌", "邬", "臧", "茅", "庞", "熊", "纪", "舒", "屈", "项", "祁"]
GIVEN = ["青禾", "望川", "知白", "砚田", "鹿鸣", "松岩", "听澜", "云起", "半夏", "行简", "未央", "长庚", "令仪"]

WHEN = [
    "去年3月12日",
    "去年4月第2周",
    "去年5月8日",
    "去年6月底",
    "去年7月16日",
    "去年8月第1周",
    "去年9月5日",
    "去年10月11日",
    "去年11月初",
    "去年12月6日",
    "今年1月4日",
    "去年2月21日",
    "去年端午前1天",
]
WHERE = [
    "在东街收件窗口",
    "在档案室",
    "在河西工地",
    "在二楼接待台",
    "在菜场门口",
    "在机房",
    "在乡里的院坝",
    "在车队值班室",
    "在图书角",
    "在锅炉房",
    "在招标办",
    "在校门口的岗亭",
    "在渡口",
]
DEED = [
    "我把退回的表压在抽屉里6天",
    "我漏登了3本账册",
    "我没下坡去量护栏就签了字",
    "我挂断了一位老人的电话",
    "我替同事补签了2次到",
    "我把备份拖到月末才做",
    "我坐在车里没进农户的门",
    "我让司机绕道接了孩子",
    "我借走5本书没登记",
    "我睡着了没看压力表",
    "我先打听了报价的人是谁",
    "我嫌雨大提前走了40分钟",
    "我少点了一船的人头",
]
RESULT = [
    "害得经办人白跑两趟",
    "年底对账差了210元",
    "后来护栏歪了一截",
    "老人的女儿来投诉",
    "考勤表对不上",
    "停电丢了两天的数据",
    "低保名单错了1户",
    "公车多跑了18公里",
    "别人借不到书",
    "夜里水管冻裂1处",
    "旁人看我的眼色行事",
    "一个学生摔破了膝盖",
    "末班船超了3个人",
]
CAUSE = [
    "图省事，觉得没人会查",
    "怕得罪人，宁可自己装糊涂",
    "把老资历当成了本钱",
    "心里惦记着家里的装修",
    "以为小数目不要紧",
    "总想着别人会替我补上",
    "把群众的急事看成了杂事",
    "习惯了有人跟在后面伺候",
    "占小便宜的念头没有断",
    "想早点下班，图个轻快",
    "爱打听，想卖个人情",
    "吃不得苦，嫌冷嫌湿",
    "面子重，不肯承认数错",
]
ROOT = [
    "入党时说过的话忘了大半",
    "说到底是把权当成了自己的",
    "没有拿自己当一个普通办事员",
    "手里的章盖久了就麻木",
    "心里那杆秤偏向了熟人",
    "年过五十就想着船到码头",
    "只算自己的时间账",
    "把批评当成了丢脸",
    "吃亏的事总往后躲",
    "别人夸几句就飘",
    "把单位当成了饭碗",
    "不愿跟穷亲戚打交道",
    "认为规矩是管别人的",
]
MEASURE = [
    "每周五下午把抽屉清1遍",
    "每月5日同出纳对1次账",
    "每段护栏量3处再签字",
    "来电当天回，记在蓝本子上",
    "到岗先签自己的名",
    "每晚9时备份1次",
    "每季走完12户",
    "私事1律骑自行车",
    "借书当面登记",
    "值夜每2小时看1次表",
    "报价前手机交门卫",
    "雨天提前20分钟到岗",
    "上船下船各数1遍",
]
CHECK = [
    "4月底前交科里核对",
    "由内勤抽查2次",
    "结果贴在楼道",
    "请收发室作证",
    "差一笔补一笔",
    "账本放在桌上随便翻",
    "5月10日前补齐去年的",
    "请三位老人打分",
    "6月里自己报一次数",
    "少一次就在小组里说",
    "由夜班的同志签字",
    "第2季度末回头看1次",
    "做不到就把岗位让出来",
]
YOUR_DEED = [
    "你把催办单锁进柜子8天",
    "你开会打了15分钟的游戏",
    "你当面答应背后不办",
    "你两次叫临时工替你值班",
    "你见了熟人就插队办件",
    "你把复印纸搬回家半箱",
    "你摔了电话也不道歉",
    "你填的走访表抄了去年的",
    "你喝了酒去接访",
    "你压着新人的请示3天",
    "你嫌路远少跑了4个点",
    "你把差错推给门卫",
    "你接待时一直看手机",
]
YOUR_WAY = [
    "有人问起，你一声不吭",
    "我提过一次，你扭头就走",
    "你后来也没认账",
    "台账上写的却是另一样",
    "等的人站了1个钟头",
    "事后还是别人收的尾",
    "你反倒怪天气",
    "月底又来了1回",
    "旁边的学徒都看着",
    "你还让我别声张",
    "对方气得写了信",
    "你笑笑就过去了",
    "那笔钱至今没对上",
]
THOUGHTS = [
    "谈了孩子高考后的打算",
    "谈了父亲住院的事",
    "说到轮岗后夜里睡不稳",
    "聊了搬家和还贷",
    "说起快退休的心情",
    "谈了分居两地的难处",
    "说到带徒弟的烦恼",
    "聊了去年没评上职称",
    "谈了腰伤复发",
    "说起新岗位的账目",
    "聊了和邻居的纠纷",
    "说到加装电梯",
    "谈了在职读书的进度",
]
HEARD = [
    "嫌例会开到中午",
    "说派车单要跑三层楼",
    "盼着排班提前一周贴",
    "说暖气片漏水没人修",
    "嫌表格重复填",
    "说打印机老卡纸",
    "想把读书会挪到傍晚",
    "说门禁太早落锁",
    "盼食堂留一口热饭",
    "说通知总是晚到",
    "嫌值班床太短",
    "说报销要签六个名",
    "想有一间母婴室",
]
POINTED = [
    "周报晚交4回",
    "接电话不报姓名",
    "桌上的件压了9天",
    "跟司机吵过1架",
    "学习本空着5页",
    "借的梯子没还",
    "下村只到村部",
    "拍了照就走",
    "答应的回访少了2家",
    "在窗口嗑瓜子",
    "替人签过1次到",
    "把气撒在保安身上",
    "开会坐最后1排看手机",
]


def _pick(pools: Sequence[Sequence[str]], number: int, ends: str = "，") -> str:
    """One entry of each pool, joined; two numbers share one entry, those far apart two."""
    a, b, c = number % 13, number // 13 % 13, number // 169
    return ends.join(pool[(a + j * b + j * j * c) % 13] for j, pool in enumerate(pools))


def name(number: int) -> str:
    """The name of the member with a number; no two alike below 169."""
    return SURNAMES[(number + number // 13) % 13] + GIVEN[number % 13]


class _Branch:
    """What is needed in several records: who is who, and the pools in the order that the seed gives them."""

    def __init__(
        self, size: int, *, committee: bool, groups: int, excused: Sequence[str], probationary: int, seed: int
    ) -> None:
        self.shuffle = random.Random(seed)
        self.seed = seed
        self.size, self.committee, self.count_groups = size, committee, groups
        self.ids = [f"m{n:02d}" for n in range(1, size + 1)]
        team = min(5, 3 if size < 12 else 5) if committee else (2 if size >= 5 else 1)
        self.team = self.ids[:team]
        self.ordinary = self.ids[team:]
        self.probationary = self.ids[size - probationary :]
        free = [i for i in self.ordinary if i not in self.probationary]
        if len(excused) > len(free) or probationary > len(self.ordinary):
            raise ValueError(f"{size} members: too many excused or probationary")
        self.excused = dict(zip(reversed(free), excused, strict=False))
        self.full = [i for i in self.ids if i not in self.probationary]
        self.asked = [i for i in self.ids if self.excused.get(i) not in NOT_ASKED]
        self.present = [i for i in self.ids if i not in self.excused]
        self.voting = [i for i in self.present if i not in self.probationary]
        self.pools: dict[str, list[str]] = {}

    def text(self, number: int, *pools: Sequence[str], ends: str = "，") -> str:
        """A text of the number, from the pools as the seed shuffled them."""
        mixed = []
        for pool in pools:
            if pool[0] not in self.pools:
                self.pools[pool[0]] = random.Random(f"{self.seed} {pool[0]}").sample(list(pool), len(pool))
            mixed.append(self.pools[pool[0]])
        return _pick(mixed, number, ends) + "。"

    def groups(self) -> list[list[str]]:
        """Members present by 党小组; one list when the branch meets as one."""
        if not self.count_groups:
            return [self.present]
        return [[i for i in self.present if self.group(i) == n] for n in range(self.count_groups)]

    def group(self, member: str) -> int:
        """The number of a member's 党小组."""
        return self.ids.index(member) % self.count_groups


def generated(
    size: int,
    *,
    committee: bool,
    groups: int = 0,
    excused: Sequence[str] = (),
    probationary: int = 0,
    seed: int = 0,
) -> Json:
    """A complete dossier about which no rule of severity error or warning fires on 8 March 2024.

    Args:
        size: Members on the roster, 3–60, all in the branch.
        committee: With 支委会; without one and with 7 full members or more it is a temporary branch (BRANCH-02).
        groups: 党小组 in which the criticism is held; 0 for one meeting.
        excused: Why ordinary members did not come, one entry a member: values of ``EXCUSES``.
        probationary: How many of the ordinary members are probationary.
        seed: Decides the order of the pools, and small choices.
    """
    who = _Branch(size, committee=committee, groups=groups, excused=excused, probationary=probationary, seed=seed)
    kind = {"type": "temporary"} if not committee and len(who.full) >= 7 else {}
    records: Json = {
        "member": _members(who),
        **_preparation(who),
        **_reviews(who),
        **_meeting(who),
        **_appraisal(who),
        **_rectification(who),
    }
    return {
        "format": "orglife-dossier/1",
        "campaign": "2024-seed",
        "branch": {"id": "g01", "name": "生成支部", "superior": TO, "has_committee": committee, **kind},
        "records": {**records, **_report(who, records)},
    }


def texts_alone(size: int, seed: int) -> Json:
    """The roster and the outlines of a generated branch with 支委会, as ``generated`` makes them, in a part of the time."""
    who = _Branch(size, committee=True, groups=0, excused=(), probationary=0, seed=seed)
    return {"member": _members(who), **_reviews(who)}


def _members(who: _Branch) -> list[Json]:
    roles = dict.fromkeys(who.ids, "member") | dict.fromkeys(who.team, "committee") | {who.ids[0]: "secretary"}
    if len(who.team) > 1:
        roles[who.ids[1]] = "deputy"
    found = []
    for number, i in enumerate(who.ids):
        status = "probationary" if i in who.probationary else "full"
        entry: Json = {"id": i, "name": name(number), "status": status, "role": roles[i]}
        why = who.excused.get(i)
        if why in ("frail", "abroad", "lost"):
            entry["mobile_state"] = why
        if why in OUT_OF_EXPECTED:
            entry |= {"quorum_excluded": True, "quorum_basis": why, "quorum_approved_on": "2024-01-15"}
        if who.count_groups:
            entry["group"] = f"第{who.group(i) + 1}党小组"
        found.append(entry)
    if who.ordinary and who.ordinary[0] in who.present:
        found[len(who.team)]["is_leader"] = True
    return found


def _preparation(who: _Branch) -> Json:
    m1 = who.ids[0]
    studying = [i for i in who.asked if who.excused.get(i) != "abroad"]
    talkers = [i for i in who.asked if i not in who.team]
    pairs = [*combinations(who.team, 2), *((who.team[n % len(who.team)], i) for n, i in enumerate(talkers))]
    if not any(a == m1 for a, _ in pairs):
        pairs.append((m1, who.ids[1]))
    if len(talkers) >= 2:
        pairs.append((talkers[0], talkers[1]))
    return {
        "plan": [
            {
                "id": "plan",
                "made_on": "2024-02-05",
                "contents": {
                    "requirements": f"{who.size}名党员都要讲到自己的事",
                    "steps": "先学后谈，写完再开会",
                    "schedule": "2月20日下午开会",
                    "other": "请假找书记",
                },
                "phases": {"before": "两次学习，谈话到人", "during": "书记先讲，再评议", "after": "一周内列出清单"},
            }
        ],
        "study": [
            {
                "id": "st1",
                "date": "2024-02-06",
                "form": "collective",
                "material_ids": ["speech_6th_plenum", "zhunze"],
                "attendees": studying[: -1 if len(studying) > 4 else None],
                "host": m1,
                "gist": "逐段读，读完各举一个身边的例子",
            },
            {
                "id": "st2",
                "date": "2024-02-08",
                "form": "self",
                "material_ids": ["tiaoli"],
                "attendees": studying[:3],
                "makeup": [{"member": studying[-1], "date": "2024-02-09"}],
            },
        ],
        "talk": [
            {
                "id": f"t{n:02d}",
                "date": "2024-02-07",
                "participants": [a, b],
                "initiator": a,
                **_talked(who, n),
            }
            for n, (a, b) in enumerate(pairs)
        ],
        "opinion": [
            {
                "id": "o1",
                "date": "2024-02-07",
                "source": "client",
                "target": "team",
                "channel": "talk",
                "heard_by": m1,
                "text": "中午窗口没有人",
                "response": "三月起排中午的班",
            },
            {
                "id": "o2",
                "date": "2024-02-08",
                "source": "mass",
                "target": "team",
                "channel": "box",
                "text": "无意见",
            },
        ],
    }


def _talked(who: _Branch, number: int) -> Json:
    thoughts, heard, when, pointed = who.text(number, THOUGHTS, HEARD, WHEN, POINTED, ends="|").split("|")
    return {"thoughts": thoughts, "opinions_heard": heard, "problems_pointed": when + pointed}


def _item(who: _Branch, ident: str, number: int, aspect: str, dimension: str = "") -> Json:
    found = {
        "id": ident,
        "aspect": aspect,
        "fact": who.text(number, WHEN, WHERE, DEED, RESULT),
        "cause": who.text(number + 13 * 4, CAUSE, ROOT),
        "measure": who.text(number + 13 * 7, MEASURE, CHECK),
    }
    return {**found, "dimension": dimension, "cause_views": [VIEWS[number % 3]]} if dimension else found


def _reviews(who: _Branch) -> Json:
    reviews = []
    for n, i in enumerate(who.asked):
        places = [(ASPECTS[(n + k) % 5], DIMENSIONS[(n + k) % 4]) for k in range(ITEMS)]
        items = [_item(who, f"r{i[1:]}.p{k + 1}", ITEMS * n + k, *places[k]) for k in range(ITEMS)]
        said = {key for place in places for key in place}
        reviews.append(
            {
                "id": f"r{i[1:]}",
                "member": i,
                "date": "2024-02-18",
                "items": items,
                "none_declared": [k for k in ASPECTS + DIMENSIONS if k not in said],
                "key_checks": dict.fromkeys(KEY_CHECKS, "no"),
            }
        )
    return {
        "team_review": [
            {
                "id": "tr",
                "date": "2024-02-18",
                "items": [
                    _item(who, "tr.p1", 301, "serve_masses"),
                    _item(who, "tr.p2", 307, "self_building"),
                ],
                "none_declared": TEAM_ASPECTS[:3],
            }
        ],
        "member_review": reviews,
        "problem_list": [{"id": "pl", "confirmed_on": "2024-02-19"}],
    }


def _speeches(members: Sequence[str]) -> list[Json]:
    return [{"member": i, "order": n, "self_criticism": True} for n, i in enumerate(members, start=1)]


def _meeting(who: _Branch) -> Json:
    m1 = who.ids[0]
    absent = [i for i, why in who.excused.items() if why in ABSENT_BUT_EXPECTED]
    meeting: Json = {
        "id": "mt",
        "date": "2024-02-20",
        "start": "14:00",
        "end": "17:10",
        "place": "三楼东会议室",
        "chair": m1,
        "recorder": who.ids[-1],
        "present": list(who.present),
        "absent": [
            {"member": i, "reason": "看病", "approved_by": m1, "approved_on": "2024-02-19"} for i in sorted(absent)
        ],
        "guests": [{"id": "mt.g1", "name": "柏青", "unit": TO, "capacity": "superior"}],
        "agenda_done": ["briefing", "criticism", "comment", "appraisal", "summary"],
        "briefing": {"preparation": "学了两次", "opinions": "收到两条", "problems": "查出的都进了清单"},
        "summary": {"by": m1, "text": "三月底前逐条落实"},
        "completed": True,
        "expected": sum(who.excused.get(i) not in OUT_OF_EXPECTED for i in who.ids),
        "present_count": len(who.present),
    }
    if who.count_groups:
        meeting["groups"] = [
            {
                "group": f"第{n}党小组",
                "date": "2024-02-20",
                "chair": members[0],
                "present": members,
                "speeches": _speeches(members),
            }
            for n, members in enumerate(who.groups(), start=1)
        ]
    else:
        meeting["speeches"] = _speeches(who.present)
    return {
        "meeting": [meeting],
        "criticism": _criticisms(who),
        "superior_comment": [
            {
                "id": "sc",
                "author": "mt.g1",
                "covers": {"meeting": True, "criticism": True, "guidance": True},
                "text": "讲了真事，下一步看整改",
                "problems": [{"id": "sc.p1", "text": "答复意见慢"}],
            }
        ],
    }


def _criticisms(who: _Branch) -> list[Json]:
    """Everybody to the next three of his group, so that the secretary hears the last three."""
    found: list[Json] = []
    for members in who.groups():
        for n, author in enumerate(members):
            for step in range(1, min(3, len(members) - 1) + 1):
                number = len(found)
                found.append(
                    {
                        "id": f"c{number:03d}",
                        "author": author,
                        "target": members[(n + step) % len(members)],
                        "text": who.text(number, WHEN, YOUR_DEED, YOUR_WAY),
                        "kind": KINDS[number % 5],
                    }
                )
    return found


def _appraisal(who: _Branch) -> Json:
    valid = len(who.present)
    cap = len(who.full) // 3
    excellent = who.shuffle.sample([i for i in who.full if i in who.present], min(cap, len(who.voting)))
    rows: list[Json] = []
    grades: list[Json] = []
    for n, i in enumerate(who.ids):
        row: Json = {"member": i, "no_grade": True}
        if i in who.full:
            total = valid - (i in who.present)
            top = total - n % 2 if i in excellent else min(n % 3, total)
            row = {"member": i, "excellent": top, "qualified": total - top, "basic": 0, "unqualified": 0}
        rows.append(row)
        grade: Json = {"id": f"g{i[1:]}", "member": i, "grade": "", "opinion": "认账快，改得实"}
        if who.excused.get(i) in WAIVERS:
            grade["waiver"] = WAIVERS[who.excused[i]]
        elif i in who.full:
            grade["grade"] = "excellent" if i in excellent else "qualified"
            grade["feedback_on"] = "2024-02-23"
        grades.append(grade)
    body: Json = {"id": "gm", "body": "committee", "date": "2024-02-21", "present": list(who.team)}
    if not who.committee:
        yes = len(who.voting)
        body |= {"body": "assembly", "present": list(who.present), "yes": yes, "no": 0, "abstain": 0}
    return {
        "tally": [
            {
                "id": "ty",
                "date": "2024-02-20",
                "secret": True,
                "issued": valid,
                "returned": valid,
                "valid": valid,
                "invalid": 0,
                "counters": [who.ids[-1]],
                "supervisors": [who.ids[1]],
                "rows": rows,
            }
        ],
        "grade_meeting": [body],
        "grade": grades,
    }


def _rectification(who: _Branch) -> Json:
    def rect(ident: str, owner: str, problems: list[str], number: int, **more: Any) -> Json:
        return {
            "id": ident,
            "owner_kind": "member" if owner else "branch",
            **({"owner": owner} if owner else {}),
            "source": "meeting",
            "problem_ids": problems,
            "title": f"第{number + 1}件",
            "measure": who.text(number, MEASURE, CHECK),
            "responsible": owner or who.ids[0],
            "due": "2024-03-29",
            **more,
        }

    own = {i: [f"r{i[1:]}.p{k + 1}" for k in range(ITEMS)] for i in who.asked}
    done = {"status": "done", "done_on": "2024-02-27", "evidence": "窗口排班表"}
    return {
        "rect_item": [
            rect("k0", "", ["tr.p1", "sc.p1"], 60),
            rect("k1", "", ["tr.p2"], 61, **done),
            *(rect(f"k{i}", i, own[i], 62 + n) for n, i in enumerate(who.team)),
        ],
        "rect_list": [
            {"id": "kl", "owner_kind": "branch", "none_declared": ["education", "special_campaign", "superior"]}
        ],
        "pledge": [
            {
                "id": f"p{i[1:]}",
                "member": i,
                "date": "2024-02-23",
                "text": who.text(n + 13 * 5, MEASURE, CHECK),
                "problem_ids": own[i],
            }
            for n, i in enumerate(who.asked)
        ],
        "publication": [
            {
                "id": "pb",
                "kind": "content",
                "scope": "一楼公开栏",
                "start": "2024-02-26",
                "end": "2024-03-01",
                "text": "整改事项和时限张贴在一楼",
            }
        ],
    }


def _report(who: _Branch, records: Json) -> Json:
    marks = [g["grade"] for g in records["grade"]]
    return {
        "filing": [
            {
                "id": "fl",
                "date": "2024-02-27",
                "to": TO,
                "contents": {"problems": True, "measures": True, "grades": True},
            }
        ],
        "report": [
            {
                "id": "rp",
                "date": "2024-02-28",
                "to": TO,
                "text": "会开了，评了，清单列了。",
                "figures": {
                    "expected": records["meeting"][0]["expected"],
                    "present": len(who.present),
                    "criticism_count": len(records["criticism"]),
                    **{g: marks.count(g) for g in ("excellent", "qualified", "basic", "unqualified")},
                    "rect_count": len(records["rect_item"]),
                    "done_count": 1,
                },
            }
        ],
    }
