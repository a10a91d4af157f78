"""Data staff compare, promote and roll back; the version that serves changes for teachers."""

import re

from tests.browser.test_teacher import tab_to
from tests.waiting import until


def version(page):
    return int(re.search(r"Model (\d+),", page.locator("footer").inner_text())[1])


def wait_for_version(page, number):
    """Load the page again until the model serves it: the service looks within seconds."""

    def served():
        page.reload()
        return version(page) == number

    until(served)


def test_promoting_and_rolling_back_change_what_teachers_are_served_by(demonstration, visit):
    demonstration.run("train", "--seed", "1")
    teacher = visit(demonstration.teacher)
    before = version(teacher)
    page = visit(demonstration.staff)
    page.get_by_role("link", name="Model 2", exact=True).click()
    page.get_by_label("I have compared the figures below").check()
    page.get_by_role("button", name="Promote model 2").click()
    page.get_by_role("heading", name="Model 2 serves").wait_for()
    wait_for_version(teacher, 2)
    assert before == 1
    tab_to(page, "Go back to model")
    page.keyboard.press("Space")
    tab_to(page, "Roll back")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Model 1 serves").wait_for()
    wait_for_version(teacher, before)


def test_a_fact_called_wrong_is_answered(demonstration, visit):
    teacher = visit(demonstration.teacher)
    own = teacher.url
    teacher.goto(f"{own}/known")
    teacher.get_by_role("link", name="This is wrong : what the roster says").click()
    teacher.get_by_label("What is wrong with it?").fill("I teach grade 5 now")
    teacher.get_by_role("button", name="Send to data staff").click()
    teacher.get_by_text("have not answered yet").wait_for()
    page = visit(demonstration.staff)
    page.get_by_role("link", name="Facts called wrong").click()
    line = page.locator("li", has_text="I teach grade 5 now").last
    line.get_by_label("Your answer").fill("Mended with tonight's import")
    line.get_by_role("button", name="It was wrong and is mended").click()
    teacher.reload()
    teacher.get_by_text("Mended with tonight's import").wait_for()
