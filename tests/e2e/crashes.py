"""Kills Lambdas of a deployment at the calls that others can see, right before them or right after them.

For that the functions' calls of AWS and of AMC go through this process. Whose a call is tells the customer's id in it;
a call without one belongs to the customer whom the same process named last.
"""

import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Self

from tests.e2e.deployment import Deployment, TenantUnderTest
from tests.e2e.forwarding import Answer, Call, Forward, Forwarding
from tests.e2e.processes import caller
from tests.e2e.visible_calls import name_of

BEFORE, AFTER = "before", "after"
EACH = 0  # for `nth`: a call of that name kills whenever it is made


@dataclass(frozen=True)
class Point:
    """`when` is BEFORE or AFTER; `nth` counts a function's calls of a name since its customer was armed, or is EACH."""

    function: str
    call: str
    nth: int
    when: str

    def __str__(self) -> str:
        return f"{self.function} {self.when} {self.call} {self.nth}"


@dataclass
class _Customer:
    armed: set[Point]
    counts: Counter[tuple[str, str]]
    seen: list[tuple[str, str, int]]
    killed: list[Point]


class Crashes:
    """Entered, the functions' calls come through here; on exit everything is as it was.

    To change a function's variables ends its workers, so nobody else's request should be on its way then.
    """

    def __init__(self, deployment: Deployment, functions: Iterable[str]) -> None:
        self._deployment = deployment
        self._functions = tuple(functions)
        outputs = deployment.outputs.items()
        self._tables = {table: output.removesuffix("Table") for output, table in outputs if output.endswith("Table")}
        self._parent = deployment.runtime.emulator.pid
        self._customers: dict[str, _Customer] = {}
        self._names: dict[str, str] = {}
        self._processes: dict[int, int] = {}
        self._last: dict[int, str] = {}
        self._changing = threading.Lock()
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as entering:
            runtime = self._deployment.runtime
            aws = entering.enter_context(self._forwarding(runtime.emulator.endpoint))
            amc = entering.enter_context(self._forwarding(runtime.simulator_url))
            entering.enter_context(self._led_past(aws, amc))
            self._entered = entering.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._entered.close()

    def _forwarding(self, target: str) -> Forwarding:
        forwarding = Forwarding(target, lambda call, forward: self._between(forwarding.port, call, forward))
        return forwarding

    @contextmanager
    def _led_past(self, aws: Forwarding, amc: Forwarding) -> Iterator[None]:
        client, kept = self._deployment.client("lambda"), dict[str, dict[str, str]]()
        simulator = self._deployment.runtime.simulator_url
        try:
            for function in self._functions:
                name = f"{self._deployment.runtime.stack}-{function}"
                kept[name] = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
                endpoints = kept[name]["WFM_AMC_ENDPOINTS"].replace(simulator, amc.url_for(function))
                there = {"AWS_ENDPOINT_URL": aws.url_for(function), "WFM_AMC_ENDPOINTS": endpoints}
                client.update_function_configuration(FunctionName=name, Environment={"Variables": kept[name] | there})
            yield
        finally:
            for name, variables in kept.items():
                client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})

    def arm(self, tenant: TenantUnderTest, points: Iterable[Point] = ()) -> None:
        """From now on the tenant's calls are counted anew, and each of the points kills once."""
        with self._changing:
            self._customers[tenant.id] = _Customer(set(points), Counter(), [], [])
            self._names |= {tenant.id: tenant.id, tenant.instance: tenant.id}

    def seen(self, tenant: TenantUnderTest) -> list[tuple[str, str, int]]:
        """The tenant's calls since it was armed: function, name, the how manieth."""
        return list(self._customers[tenant.id].seen)

    def killed(self, tenant: TenantUnderTest) -> list[Point]:
        """The points that have killed."""
        return list(self._customers[tenant.id].killed)

    def _between(self, port: int, call: Call, forward: Forward) -> Answer | None:
        process = self._process(call, port)
        name = name_of(call, self._tables)
        customer = self._customer(process, call) if process else None
        if process is None or customer is None or name is None:
            return forward()
        nth = self._count(customer, call.caller, name)
        if self._kills(customer, Point(call.caller, name, nth, BEFORE), process):
            return None
        answer = forward()
        return None if self._kills(customer, Point(call.caller, name, nth, AFTER), process) else answer

    def _process(self, call: Call, port: int) -> int | None:
        """Who calls; a connection keeps its process. None for one that is gone already."""
        if call.connection not in self._processes:
            process = caller(self._parent, call.port, port)
            if process is None:
                return None
            self._processes[call.connection] = process
        return self._processes[call.connection]

    def _customer(self, process: int, call: Call) -> _Customer | None:
        with self._changing:
            if self._names:
                known = re.search(
                    "|".join(map(re.escape, self._names)), f"{call.path} {call.body.decode(errors='replace')}"
                )
                if known:
                    self._last[process] = self._names[known[0]]
            return self._customers.get(self._last.get(process, ""))

    def _count(self, customer: _Customer, function: str, name: str) -> int:
        with self._changing:
            customer.counts[function, name] += 1
            nth = customer.counts[function, name]
            customer.seen.append((function, name, nth))
            return nth

    def _kills(self, customer: _Customer, point: Point, process: int) -> bool:
        with self._changing:
            each = replace(point, nth=EACH)
            if each in customer.armed:
                point = each
            elif point not in customer.armed:
                return False
            else:
                customer.armed.remove(point)
            customer.killed.append(point)
        os.kill(process, signal.SIGKILL)
        return True
