"""What a teacher comes for, in a real browser: by mouse, by keyboard alone, without scripts."""

import pytest


def titles(page):
    return page.locator(".card h2").all_inner_texts()


def tab_to(page, words, most=120):
    """Press Tab until something with these words has the focus, as a person does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels?.[0]?.innerText || e.innerText || e.ariaLabel || '').trim(); }"
        )
        if told.startswith(words):
            assert page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"
            ), f"{words}: the focus cannot be seen"
            return
    raise AssertionError(f"the keyboard never reaches '{words}'")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_is_not_for_me_leaves_the_list_at_once_and_comes_back(demonstration, visit, scripts):
    page = visit(demonstration.teacher, scripts=scripts)
    whole = titles(page)
    first = whole[0]
    card = page.locator(".card").first
    card.get_by_text("Not for me").click()
    card.get_by_role("button", name="It takes too long").click()
    page.wait_for_url("**did=dismissed**")
    assert first not in titles(page)
    assert len(titles(page)) == len(whole)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**did=undone**")
    assert titles(page) == whole


def test_what_is_started_stands_under_in_progress(demonstration, visit):
    page = visit(demonstration.teacher)
    first = titles(page)[0]
    page.locator(".card").first.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**did=started**")
    assert first not in titles(page)
    assert first in page.locator("section[aria-labelledby='in-progress']").inner_text()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**did=undone**")
    assert first in titles(page)


def test_five_are_shown_and_more_on_request(demonstration, visit):
    page = visit(demonstration.teacher)
    assert len(titles(page)) == 5
    page.get_by_role("link", name="Show more").click()
    page.wait_for_url("**k=10**")
    assert len(titles(page)) == 10


def test_the_main_task_by_keyboard_alone(demonstration, visit):
    page = visit(demonstration.teacher)
    first = titles(page)[0]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    page.wait_for_url("**did=saved**")
    assert page.locator(".card").first.get_by_text("Saved", exact=True).is_visible()
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    page.wait_for_url("**did=undone**")
    tab_to(page, "Not for me")
    page.keyboard.press("Enter")
    tab_to(page, "It takes too long")
    page.keyboard.press("Enter")
    page.wait_for_url("**did=dismissed**")
    assert first not in titles(page)
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    page.wait_for_url("**did=undone**")
    assert titles(page)[0] == first


def test_a_self_assessment_by_keyboard_alone(demonstration, visit):
    page = visit(demonstration.teacher)
    tab_to(page, "Self-assessment")
    page.keyboard.press("Enter")
    page.wait_for_url("**/self-assessment")
    tab_to(page, "I want to grow here")
    page.keyboard.press("Space")
    tab_to(page, "Keep my answers")
    page.keyboard.press("Enter")
    page.get_by_text("Kept.").wait_for()


def test_narrowing_by_keyboard_alone(demonstration, visit):
    page = visit(demonstration.teacher)
    tab_to(page, "Narrow the list")
    page.keyboard.press("Enter")
    tab_to(page, "Free")
    page.keyboard.press("Space")
    tab_to(page, "Show these")
    page.keyboard.press("Enter")
    page.wait_for_url("**free=1**")
    costs = page.locator(".card dt:text-is('Cost') + dd").all_inner_texts()
    assert set(costs) <= {"free", "not known"}


def test_at_twice_the_text_size_nothing_is_cut_off(demonstration, visit):
    page = visit(demonstration.teacher, width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
