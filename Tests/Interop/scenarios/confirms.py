"""What a publisher hears: confirms, returns, and what is refused."""

from pika import spec

from . import scenario


@scenario
def every_publish_is_confirmed_once(session):
    name = session.queue("q")
    wire = session.wire(confirms=True)
    for number in range(20):
        wire.publish("", name if number % 3 else session.name("missing"), f"m{number}")
    wire.confirmed(20)
    wire.quiet()
    session.bodies(name)


@scenario
def a_return_comes_before_its_confirm(session):
    exchange = session.exchange("e")
    wire = session.wire(confirms=True)
    wire.publish(exchange, "k", "nobody's", mandatory=True, message_id="m", headers={"a": 1})
    wire.hear(spec.Basic.Ack)
    wire.publish(exchange, "k", "not mandatory")
    wire.hear(spec.Basic.Ack)


@scenario
def a_return_needs_no_confirms(session):
    name = session.queue("q")
    wire = session.wire()
    wire.publish("", session.name("missing"), "nobody's", mandatory=True)
    wire.hear()
    wire.publish("", name, "somebody's", mandatory=True)
    wire.publish("", session.name("missing"), "", mandatory=True)
    wire.hear()
    session.bodies(name)


@scenario
def confirms_begin_when_they_are_selected(session):
    name = session.queue("q")
    wire = session.wire()
    wire.publish("", name, "before")
    wire.call(spec.Confirm.Select())
    wire.publish("", name, "first")
    wire.hear(spec.Basic.Ack)
    wire.call(spec.Confirm.Select())
    wire.publish("", name, "second")
    wire.hear(spec.Basic.Ack)
    wire.send(spec.Confirm.Select(nowait=True))
    wire.quiet()


@scenario
def confirms_and_transactions_exclude_each_other(session):
    wire = session.wire(channels=2)
    wire.call(spec.Confirm.Select())
    wire.call(spec.Tx.Select())
    wire.call(spec.Tx.Select(), 2)
    wire.call(spec.Confirm.Select(), 2)


@scenario
def a_missing_exchange_closes_the_channel_without_a_confirm(session):
    name = session.queue("q")
    wire = session.wire(confirms=True)
    wire.publish(session.name("missing"), "k", "lost", mandatory=True)
    wire.hear(spec.Channel.Close)
    wire.open()
    wire.publish("", name, "on the channel opened again")
    session.wait_depth(name, 1)


@scenario
def what_is_sent_to_a_closing_channel_is_dropped(session):
    name = session.queue("q")
    wire = session.wire()
    # In one packet, so that the broker has not yet heard that its close was answered.
    with wire.together():
        wire.publish(session.name("missing"), "k", "lost")
        wire.publish("", name, "dropped")
        wire.send(spec.Queue.Declare(queue=session.name("other")))
    wire.hear(spec.Channel.Close)
    wire.open()
    wire.call(spec.Queue.Declare(queue=name, passive=True))
    wire.call(spec.Queue.Declare(queue=session.name("other"), passive=True))


@scenario
def immediate_is_refused(session):
    name = session.queue("q")
    wire = session.wire()
    wire.publish("", name, "one", immediate=True)
    wire.hear()
    wire.ended()
    session.wait_depth(name, 0)


@scenario
def bodies_come_in_all_sizes(session):
    name = session.queue("q")
    wire = session.wire(frame_max=4096)
    for size in (0, 1, 4087, 4088, 4089, 8176, 100_000):
        wire.publish("", name, "x" * size)
        wire.call(spec.Basic.Get(queue=name, no_ack=True))
    session.publish("", name, "y" * 300_000)
    wire.call(spec.Basic.Get(queue=name, no_ack=True))


@scenario
def carbon_copies_are_routed_and_blind_ones_hidden(session):
    exchange = session.exchange("e", "topic")
    queues = {short: session.queue(short) for short in ("to", "cc", "bcc")}
    for short, queue in queues.items():
        session.bind(queue, exchange, f"{short}.#")
    session.publish(exchange, "to.1", "one", headers={"CC": ["cc.1", "cc.2"], "BCC": ["bcc.1"]})
    session.publish(exchange, "none", "two", headers={"CC": ["to.2"]})
    session.publish(exchange, "none", "three", headers={"BCC": ["to.3", "to.4"], "CC": []})
    session.try_publish("mandatory", exchange, "none", headers={"BCC": ["none"]}, mandatory=True)
    for queue in queues.values():
        session.drain(queue)


@scenario
def carbon_copies_are_lists_of_texts(session):
    name = session.queue("q")
    for header in ("CC", "BCC"):
        session.note(header)
        for title, value in {
            "text": name, "number": 7, "void": None, "table": {"a": name},
            "numbers": [7], "text and number": [name, 7], "list in list": [[name]],
            "empty": [], "octets": [name.encode()],
        }.items():
            session.try_publish(title, "", "nobody", title, headers={header: value})
    session.try_publish("lower case", "", "nobody", headers={"cc": [name]}, mandatory=True)
    session.bodies(name)


@scenario
def a_user_id_must_be_the_connections_own(session):
    name = session.queue("q")
    session.try_publish("own", "", name, "own", user_id="guest")
    session.try_publish("another's", "", name, "another's", user_id="nobody")
    session.try_publish("empty", "", name, "empty", user_id="")
    session.try_publish("other case", "", name, "other", user_id="Guest")
    session.drain(name)


@scenario
def an_expiration_is_a_number_in_text(session):
    name = session.queue("q")
    for value in ("60000", "060000", "", " 1", "1 ", "-1", "+1", "1.5", "ten", "0x10",
                  "4294967296", "315360000000", "315360000001"):
        session.try_publish(repr(value), "", name, value, expiration=value)
    session.try_publish("unroutable", "", session.name("missing"), expiration="ten")
    session.bodies(name)


@scenario
def an_expiration_of_zero_reaches_only_waiting_consumers(session):
    name = session.queue("q")
    session.publish("", name, "nobody waits", expiration="0")
    session.wait_depth(name, 0)
    session.get(name)
    wire = session.wire()
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c", no_ack=True))
    session.publish("", name, "somebody waits", expiration="0")
    wire.hear(spec.Basic.Deliver)
    immediate = session.queue("ttl", x_message_ttl=0)
    session.publish("", immediate, "nobody waits")
    session.wait_depth(immediate, 0)
    wire.call(spec.Basic.Consume(queue=immediate, consumer_tag="d", no_ack=True))
    session.publish("", immediate, "somebody waits")
    wire.hear(spec.Basic.Deliver)


@scenario
def all_properties_arrive_as_they_were_sent(session):
    name = session.queue("q")
    session.publish(
        "", name, "one", content_type="application/json", content_encoding="gzip",
        headers={"text": "t", "number": 1, "large": 2**40, "true": True, "void": None,
                 "list": [1, "a", [None]], "table": {"x": {"y": "z"}}, "octets": b"\x00\xff"},
        delivery_mode=2, priority=7, correlation_id="c", reply_to="r", expiration="60000",
        message_id="m", timestamp=1_700_000_000, type="t", user_id="guest", app_id="a",
        cluster_id="cluster")
    session.publish("", name, "two", delivery_mode=1, priority=0, content_type="")
    session.publish("", name, "three", headers={})
    session.drain(name)
