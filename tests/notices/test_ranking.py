"""The ranker: its weights come from the labelled notices, and it ranks the right sentence high where it never trained."""

from __future__ import annotations

import pytest

from orglife.notice.model import FIELDS
from orglife.notice.ranking.features import BUCKETS, features
from orglife.notice.ranking.ranker import COLUMNS, RANKED, SHOWN, WEIGHTS, rank
from orglife.notice.ranking.units import units_of
from orglife.notice.reading import split_notice
from tests.marks import thorough
from tests.notices import measure as m
from tests.notices import train

TABLE = ["关于召开2024年度组织生活会的通知", "各支部：", "一、安排如下。", "序号\t任务\t时限", "1\t召开会议；民主评议。\t2025年1月5日前"]  # fmt: skip
LARGEST = 1_000_000


def test_the_weights_are_one_small_file_for_every_field() -> None:
    assert WEIGHTS.stat().st_size < LARGEST
    assert WEIGHTS.stat().st_size == len(COLUMNS) * (BUCKETS + 1)
    assert set(FIELDS) <= set(RANKED)


@pytest.mark.soak
def test_training_gives_the_same_bytes_again() -> None:
    assert train.trained().tobytes() == WEIGHTS.read_bytes()


@pytest.mark.parametrize("kind", m.SETS)
def test_the_right_sentence_of_an_author_not_trained_on_is_among_the_first_three(kind: str) -> None:
    facts, _, three, _ = m.LEFT_OUT["ranked"][kind]
    assert three >= 0.98 * facts


@thorough
def test_every_labelled_sentence_is_a_unit() -> None:
    for kind in (kind for kind in m.SETS if kind not in m.APART):
        for name in m.names(kind):
            units = {u.quote.quote for u in train.sample(kind, name).units}
            wanted = {s for each in m.sentences(kind, name).values() for s in each}
            assert wanted <= units, (kind, name)


def test_a_row_is_one_unit_and_a_long_sentence_several() -> None:
    assert "召开会议；民主评议。\t2025年1月5日前" in [u.quote.quote for u in units_of(split_notice(TABLE))]
    parts = ["党员要认真学习党章" * 5 + f"第{n}次" for n in range(4)]
    units = [u.quote.quote for u in units_of(split_notice([*TABLE[:2], f"一、{'；'.join(parts)}。"]))]
    assert parts[1] in units


def test_features_do_not_depend_on_the_digits() -> None:
    one, other = (units_of(split_notice([*TABLE[:2], f"一、{day}前召开会议。"]))[-1] for day in ("1月5日", "2月8日"))
    assert features(one) == features(other)


def test_candidates_are_quotes_of_the_notice_best_first() -> None:
    paragraphs = m.source("tuned", "bureau_2018")
    ranking = rank(split_notice(paragraphs))
    for field in RANKED:
        candidates = ranking.candidates(field)
        assert 0 < len(candidates) <= SHOWN
        assert all(c.quote in "\n".join(paragraphs) for c in candidates)
    assert "优秀" in ranking.candidates("excellent_ratio")[0].quote


def test_the_ranker_scores_as_the_training_does() -> None:
    ranking, one = rank(split_notice(m.source("tuned", "bureau_2018"))), train.sample("tuned", "bureau_2018")
    assert [list(row) for row in ranking.scores] == pytest.approx(train.scores(train.shipped(), one).T)
