// After a form was sent: what came of it is where the keyboard goes on, and what a screen reader says first.
const notice = document.querySelector(".note[role=alert], .note[role=status][tabindex]");
if (notice && !location.hash) notice.focus({preventScroll: notice.getBoundingClientRect().bottom < innerHeight});
