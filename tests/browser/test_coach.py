"""A coach plans growth with a teacher of the caseload, and the teacher sees it."""

from tests.browser.test_accessibility import broken_rules
from tests.browser.test_teacher import tab_to, titles


def coaching_page(demonstration, visit):
    """Open the coach's page of the very teacher whom the demonstration introduces."""
    teacher = visit(demonstration.teacher)
    page = visit(demonstration.coach)
    page.goto(f"{teacher.url}/coaching")
    return teacher, page


def test_a_pin_stands_first_and_the_teacher_reads_who_and_why(demonstration, visit):
    teacher, page = coaching_page(demonstration, visit)
    line = page.locator("li.suggested").nth(3)
    title = line.locator(".row-title").inner_text()
    line.get_by_text("Pin, goal or take out").click()
    line.get_by_label("Why?").fill("It fits our book club")
    line.get_by_role("button", name="Pin", exact=True).click()
    page.locator("#acts .row-title", has_text=title).wait_for()
    teacher.reload()
    assert titles(teacher)[0] == title
    assert "It fits our book club" in teacher.locator("main").inner_text()
    page.locator("#acts").get_by_role("button", name="Take back").click()
    page.locator("#acts").get_by_text("Nothing so far").wait_for()
    teacher.reload()
    assert "It fits our book club" not in teacher.locator("main").inner_text()


def test_what_the_coach_takes_out_is_out(demonstration, visit):
    teacher, page = coaching_page(demonstration, visit)
    first = titles(teacher)[0]
    line = page.locator("li.suggested", has_text=first).first
    line.get_by_text("Pin, goal or take out").click()
    line.get_by_label("Why?").fill("Our school does this in the spring")
    line.get_by_role("button", name="Take out", exact=True).click()
    page.locator("#acts .row-title", has_text=first).wait_for()
    teacher.reload()
    assert first not in titles(teacher)
    page.locator("#acts").get_by_role("button", name="Take back").click()
    page.locator("#acts").get_by_text("Nothing so far").wait_for()


def test_a_plan_is_made_seen_and_accepted_by_keyboard_alone(demonstration, visit):
    teacher, page = coaching_page(demonstration, visit)
    page.goto(f"{teacher.url}/plans")
    page.locator("form.planning input[type=checkbox]").first.focus()
    page.keyboard.press("Space")
    tab_to(page, "Make the plan")
    page.keyboard.press("Enter")
    page.get_by_text("The plan is made.").wait_for()
    steps = page.locator(".steps .row-title").all_inner_texts()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert broken_rules(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    tab_to(page, "Accept the plan")
    page.keyboard.press("Enter")
    page.get_by_text("Accepted.", exact=True).wait_for()
    teacher.goto(f"{teacher.url}/plans")
    teacher.get_by_role("link", name="Plan of").first.click()
    assert teacher.locator(".steps .row-title").count() == len(steps)
    teacher.get_by_role("button", name="Accept the plan").click()
    teacher.get_by_text("Accepted.", exact=True).wait_for()
    page.reload()
    assert "not yet" not in page.locator("section[aria-labelledby='agree']").inner_text()
    with teacher.expect_download() as told:
        teacher.get_by_role("link", name="Put it in a calendar").click()
    assert told.value.suggested_filename.endswith(".ics")


def test_the_caseload_leads_to_each_teacher(demonstration, visit):
    page = visit(demonstration.coach)
    assert page.url.endswith("/caseload")
    name = page.locator("main a[href^='/teachers/']").first.inner_text()
    page.locator("main a[href^='/teachers/']").first.click()
    assert name in page.locator("h1").inner_text()
