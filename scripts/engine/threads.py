"""Threads without threads: the engine has none, so a thread runs to its end when it is started.

That is one of the orders in which real threads may run. A program whose threads wait for each other ends at its deadline.
"""
import asyncio.selector_events
import concurrent.futures
import concurrent.futures.thread
import threading


def _start(self):
    if not self._initialized:
        raise RuntimeError("thread.__init__() not called")
    if self._started.is_set():
        raise RuntimeError("threads can only be started once")
    self._started.set()
    self._af_ended = False
    here = threading.get_ident()
    before = threading._active.get(here)
    threading._active[here] = self
    self._ident = here
    try:
        self.run()
    except SystemExit:
        pass
    except BaseException:
        self._invoke_excepthook(self)
    finally:
        self._af_ended = True
        threading._active[here] = before


def _join(self, timeout=None):
    if not self._initialized:
        raise RuntimeError("Thread.__init__() not called")
    if not self._started.is_set():
        raise RuntimeError("cannot join thread before it is started")
    if self is threading.current_thread():
        raise RuntimeError("cannot join current thread")


def _is_alive(self):
    assert self._initialized, "Thread.__init__() not called"
    return self._started.is_set() and not getattr(self, "_af_ended", not isinstance(self, threading._MainThread))


def _submit(self, fn, /, *args, **kwargs):
    if self._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    future = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    try:
        result = fn(*args, **kwargs)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
    return future


def install():
    """Puts this in place of the parts that would start a thread."""
    threading.Thread.start = _start
    threading.Thread.join = _join
    threading.Thread.is_alive = _is_alive
    concurrent.futures.thread.ThreadPoolExecutor.submit = _submit
    threading.stack_size = lambda size=0: 0
    # The loop of asyncio wakes itself through a socket; nobody else is there to wake it.
    for name in ("_make_self_pipe", "_close_self_pipe", "_write_to_self"):
        setattr(asyncio.selector_events.BaseSelectorEventLoop, name, lambda self: None)
