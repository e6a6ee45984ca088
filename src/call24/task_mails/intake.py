"""What becomes of an e-mail to an address for tasks: a task, a comment on one, or nothing.

It returns once everything is stored. A mail that comes again, as after a crash between storing and answering, finds
what it made before, by ids that follow from it (rules.py). Nobody is created, renamed or merged because of a mail.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from functools import partial

import msgspec

from call24.changes.service import Changes, Writing
from call24.files.model import Owner
from call24.files.uploads import Uploads
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, TooMany
from call24.kit.ids import TaskCommentId, TaskId, TenantId, derived_id
from call24.kit.rate_limit import FixedWindow, SlidingWindow
from call24.people.service import People
from call24.queues.service import QueueService
from call24.task_mails import rules
from call24.task_mails.message import Attachment, Mail
from call24.task_mails.model import TaskAddress
from call24.task_mails.store import TaskAddressStore
from call24.tasks.comments import TaskComments
from call24.tasks.events import TASK_ANSWERED, answered
from call24.tasks.history_model import TaskComment
from call24.tasks.machine import moved
from call24.tasks.model import Task
from call24.tasks.rules import DUE_AFTER, check_text
from call24.tasks.service import TaskService

HOUR = timedelta(hours=1)
EACH_SENDER, EACH_ORGANISATION = 60, 1000
"""E-mails of an hour that are new. What is more is asked to come later, which its server does by itself for days."""
EACH_ORGANISATION_IN_ALL = 3000
"""With those that come again, cannot be read or were sent by a program."""
REFUSED_TYPE, NOT_STORED = "files of this kind are not taken", "it cannot be stored"


class TaskIntake:
    """`is_full` of tasks, a quota of files and these windows bound what e-mails can make."""

    def __init__(
        self,
        clock: Clock,
        changes: Changes,
        tasks: TaskService,
        comments: TaskComments,
        people: People,
        queues: QueueService,
        uploads: Uploads,
        addresses: TaskAddressStore,
    ) -> None:
        self._clock = clock
        self._changes = changes
        self._tasks = tasks
        self._comments = comments
        self._people = people
        self._queues = queues
        self._uploads = uploads
        self._addresses = addresses
        self._by_sender, self._by_organisation = SlidingWindow(HOUR), SlidingWindow(HOUR)
        self._in_all = FixedWindow(HOUR.total_seconds(), lambda: clock.now().timestamp())

    def arrived(self, tenant_id: TenantId) -> None:
        """Counts an e-mail before it is read, which costs too. Raises: TooMany."""
        used = self._in_all.of(tenant_id)
        if used.count >= EACH_ORGANISATION_IN_ALL:
            raise TooMany("Too many e-mails within an hour", retry_after_s=self._in_all.left_s(used))
        used.count += 1

    async def take(self, address: TaskAddress, mail: Mail) -> TaskId:
        """The task that it made or was added to.

        Raises: TooMany (of this sender or organisation), Conflict (too_many tasks), NotFound where the task was erased
        in this moment, Unavailable: of all of these nothing is lost when the mail comes again.
        """
        before = await self._made_before(address, mail)
        if before is None:
            self._count(address, mail)
        task = before
        if task is None and (answered := await self._answered(address, mail)) is not None:
            task = await self._comment(answered, mail)
        if task is None:
            task = await self._task(address, mail)
        await self._attach(address, task, mail)
        return task.id

    async def _made_before(self, address: TaskAddress, mail: Mail) -> Task | None:
        whole = await self._tasks.some(address.tenant_id, [rules.task_id(address.id, mail.message_id)])
        if whole:
            return whole[0]
        comments = await self._comments.some(address.tenant_id, [rules.comment_id(address.tenant_id, mail.message_id)])
        found = await self._tasks.some(address.tenant_id, [one.task_id for one in comments])
        return found[0] if found else None

    def _count(self, address: TaskAddress, mail: Mail) -> None:
        """Raises: TooMany."""
        now = self._clock.now()
        sender = derived_id("msg", address.tenant_id, mail.address.lower())  # no address stays in memory
        for window, key, most in (
            (self._by_sender, sender, EACH_SENDER),
            (self._by_organisation, address.tenant_id, EACH_ORGANISATION),
        ):
            if wait_s := window.wait_s(key, most, now):
                raise TooMany("Too many e-mails within an hour", retry_after_s=wait_s)
        self._by_sender.count(sender, now)
        self._by_organisation.count(address.tenant_id, now)

    # --- a task ---

    async def _task(self, address: TaskAddress, mail: Mail) -> Task:
        if await self._tasks.is_full(address.tenant_id):
            raise Conflict("Too many tasks are to be done", code="too_many")
        now = self._clock.now()
        person = await self._people.of_email(address.tenant_id, mail.address) if mail.address else None
        queue = None if address.queue_id is None else self._queues.known(address.queue_id)
        text, _ = rules.text_of(mail, reply=False)
        task = Task(
            id=rules.task_id(address.id, mail.message_id),
            tenant_id=address.tenant_id,
            kind="email",
            title=rules.title_of(mail),
            text=text,
            person_id=None if person is None else person.id,
            contact_id=person.contact_ids[0] if person is not None and person.contact_ids else None,
            queue_id=queue.id if queue is not None and queue.tenant_id == address.tenant_id else None,
            created_at=now,
            due_at=now + DUE_AFTER,
        )
        return await self._tasks.add_once(task)

    # --- a comment ---

    async def _answered(self, address: TaskAddress, mail: Mail) -> Task | None:
        """The task that the mail answers: by what it refers to, else by a task's id in its subject."""
        tenant_id = address.tenant_id
        named = rules.tasks_named(mail)
        if mail.references:
            every = [one.id for one in await self._addresses.all(tenant_id)]
            by_mail = [rules.task_id(id, one) for one in mail.references for id in every]
            comments = await self._comments.some(
                tenant_id, [rules.comment_id(tenant_id, one) for one in mail.references]
            )
            named = [*by_mail, *(one.task_id for one in comments), *named]
        found = {one.id: one for one in await self._tasks.some(tenant_id, named)} if named else {}
        return next((found[id] for id in named if id in found), None)

    async def _comment(self, task: Task, mail: Mail) -> Task | None:
        """None where the task has as many as it may: the mail becomes another task. What waited or was closed is open
        again, and who works on it will be told, in the same transaction."""
        if await self._comments.is_full(task):
            return None
        text, _ = rules.text_of(mail, reply=True)
        comment = self._by_mail(task, rules.comment_id(task.tenant_id, mail.message_id), text)

        async def work(writing: Writing) -> None:
            stored = await writing.collection(Task).get(task.id)
            if stored.state in ("waiting", "done", "dropped"):
                again = moved(stored, "open", None, comment.at)
                after = msgspec.structs.replace(again, version=stored.version + 1, updated_at=comment.at)
                await self._tasks.write(writing, stored, after, None, "changed")
            await self._comments.write(writing, stored, comment)
            writing.tell(TASK_ANSWERED, answered(stored, comment.id), stored.id)

        with contextlib.suppress(Conflict):  # it was stored in this moment
            await self._changes.commit(task.tenant_id, work)
        return task

    # --- attachments ---

    async def _attach(self, address: TaskAddress, task: Task, mail: Mail) -> None:
        """By the rules of files; what they do not take is said in a comment. Raises: TooMany, Unavailable."""
        owner = Owner(
            about="task",
            task_id=task.id,
            person_id=task.person_id,
            contact_ids=(task.contact_id,) if task.contact_id is not None else (),
        )
        refused: list[tuple[str, str]] = []
        for number, one in enumerate(self._files(address, task, mail)):
            id = rules.file_id(task.id, mail.message_id, number)
            try:
                await self._uploads.take(task.tenant_id, owner, id, rules.file_name(one.name), one.content)
            except Invalid as error:
                refused.append((one.name, REFUSED_TYPE if error.code == "file_type_refused" else NOT_STORED))
            except Conflict as error:  # no room for it: the words of the mail are worth more than its attachment
                refused.append((one.name, error.detail))
        if mail.dropped:
            refused.append((f"{mail.dropped} more", "too many in one e-mail"))
        if refused:
            await self._say(task, mail, refused)

    @staticmethod
    def _files(address: TaskAddress, task: Task, mail: Mail) -> list[Attachment]:
        """With the whole text, where the task or comment has not room for it. The order gives each its id."""
        reply = task.id != rules.task_id(address.id, mail.message_id)
        _, whole = rules.text_of(mail, reply=reply)
        long = [] if whole is None else [Attachment(rules.WHOLE_TEXT, whole.encode())]
        return [*(one for one in mail.attachments if one.content), *long]

    async def _say(self, task: Task, mail: Mail, refused: list[tuple[str, str]]) -> None:
        comment = self._by_mail(task, rules.refusal_id(task.id, mail.message_id), rules.not_taken(refused))
        with contextlib.suppress(Conflict):  # it was said before
            await self._changes.commit(task.tenant_id, partial(self._comments.write, task=task, comment=comment))

    def _by_mail(self, task: Task, id: TaskCommentId, text: str) -> TaskComment:
        return TaskComment(
            id=id,
            tenant_id=task.tenant_id,
            task_id=task.id,
            contact_id=task.contact_id,
            by=None,
            by_email=True,
            text=check_text(text),
            at=self._clock.now(),
        )
