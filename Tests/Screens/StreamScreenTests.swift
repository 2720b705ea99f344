import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Screens of a stream")
struct StreamScreenTests {
    private static let stream = QueueSample(
        name: "audit", features: [.durable, .stream], ready: 80, readyBytes: 12_300_000,
        consumers: 1, totals: QueueTotals(published: 200),
        oldestReadyMicroseconds: .exact(161_000_000),
        stream: StreamSample(
            firstOffset: 120, nextOffset: 200, ageMaxMicroseconds: 604_800_000_000, groups: 2,
            lagMax: 20, lost: 7))

    private static let detail = QueueDetail(
        name: "audit", type: "stream",
        arguments: ["x-queue-type": .string("stream"), "x-max-age": .string("7D")],
        consumers: [
            ClientConsumer(
                id: .init(connection: ConnectionID(1), channel: ChannelNumber(1), tag: "reader"),
                queue: "audit", origin: "127.0.0.1:51234", prefetch: 10,
                reader: StreamReader(group: "mail", nextOffset: 195, lag: 5))
        ],
        groups: [
            StreamGroup(
                name: "billing", nextOffset: 180, lag: 20, lagMicroseconds: 41_000_000, lost: 7),
            StreamGroup(name: "mail", nextOffset: 195, lag: 5, consumers: 1),
        ])

    private static func context(
        replay: ReplayOutcome? = nil, identity: BrokerIdentity = .fake()
    ) -> ScreenContext {
        var context = Shop.context(
            identity: identity, queues: [SteadyQueue(Self.stream)] + Shop.queues)
        context.replay = replay
        return context
    }

    private static func screen(in context: ScreenContext) -> QueueScreen {
        var screen = QueueScreen(queue: "audit")
        _ = screen.update(.detailed("audit", .success(Self.detail)), in: context)
        return screen
    }

    @Test("The summary has offsets, what is kept, and the slowest group, and no alarm")
    func summary() {
        let context = Self.context()
        let lines = text(of: Self.screen(in: context), in: context).split(separator: "\n")
        #expect(lines[0].contains("Queue  audit") && lines[0].contains("stream, durable"))
        let words = lines[1...3].joined(separator: " ")
        for word in [
            "messages 80", "first 120", "next 200", "in 0/s", "size 12 MB", "oldest 2m 41s",
            "groups 2", "lag 20 of billing", "lost to retention 7",
        ] {
            #expect(words.contains(word), "\(word) in \(words)")
        }
        #expect(!lines.contains { $0.contains("│ !") })
        #expect(lines.contains { $0.contains("reader") && $0.contains("behind 5") })
    }

    @Test("The settings have each group with its lag in messages and in time")
    func groups() {
        let context = Self.context()
        var screen = Self.screen(in: context)
        while !text(of: screen, in: context).contains("Settings") {
            _ = screen.perform(.nextPane, in: context)
        }
        let lines = text(of: screen, in: context)
        for line in [
            "type           stream",
            "group billing  lag 20 (41 s), at 180, 7 lost to retention, 0 consumers",
            "group mail     lag 5, at 195, 1 consumer", "age limit      7D",
        ] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
        #expect(context.history.queue("audit")?.alarm == nil)
    }

    @Test("Where all panes fit a group's lag has room beside the consumers")
    func groupsBeside() {
        var context = Self.context()
        context.content = Area(row: 2, column: 0, rows: 33, columns: 120)
        let lines = text(of: Self.screen(in: context), in: context)
        #expect(lines.contains("group billing  lag 20 (41 s), at 180, 7 lost to ret"))
        #expect(lines.contains("behind 5"))
    }

    @Test("Messages of a stream are counted by their offsets, wherever reading begins")
    func offsets() throws {
        let context = Self.context()
        var screen = MessagesScreen(queue: "audit")
        _ = screen.update(.appeared, in: context)
        let asked = screen.update(.promptAnswered(.streamPlace, "150"), in: context)
        let request = try #require(asked.browses.first)
        let messages = (150..<153).map { (offset: UInt64) in
            BrowsedMessage(
                id: MessageID(Position(offset)),
                message: Message(exchange: .default, routingKey: "audit", body: Array("m".utf8)),
                bodyBytes: 1, enqueuedAt: nil, isRedelivered: false, isUnacked: false, deaths: [],
                streamOffset: offset)
        }
        let page = BrowsePage(queue: "audit", messages: messages, hasMore: true)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        let list = text(of: screen, in: context)
        for words in ["OFFSET", "  150  ", "  152  ", " 3 loaded"] { #expect(list.contains(words)) }
        #expect(!list.contains("first 3 of"))
        _ = screen.perform(.openMessage, in: context)
        #expect(text(of: screen, in: context).contains("Message at offset 150  audit"))
    }

    @Test("A replay is asked for in three questions and confirmed")
    func replay() {
        let context = Self.context()
        var screen = Self.screen(in: context)
        #expect(screen.availability(of: .replay, in: context) == .available)
        #expect(Self.prompts(screen.perform(.replay, in: context)) == [.streamPlace])
        let next = screen.update(.promptAnswered(.streamPlace, "150"), in: context)
        #expect(Self.prompts(next) == [.targetQueue])
        let rate = screen.update(.promptAnswered(.targetQueue, "orders.dead"), in: context)
        #expect(Self.prompts(rate) == [.rate])
        let dialogs = screen.update(.promptAnswered(.rate, "500"), in: context).dialogs
        #expect(dialogs.first?.title == "Replay audit to orders.dead?")
        #expect(dialogs.first?.lines.contains("That is 50 messages now.") == true)
        #expect(dialogs.first?.lines.contains("At most 500 a second.") == true)
        #expect(
            dialogs.first?.effects == [
                .work(
                    .replay(
                        ReplayRequest(
                            stream: "audit", from: .offset(150), target: "orders.dead",
                            perSecondMax: 500)))
            ])
        #expect(dialogs.first?.isDestructive == false)
    }

    @Test("What is no place, no queue or no rate is said, and nothing is asked of the broker")
    func wrongAnswers() {
        let context = Self.context()
        var screen = Self.screen(in: context)
        #expect(
            screen.update(.promptAnswered(.streamPlace, "soon"), in: context).notices
                == ["Nothing was copied: soon is no place in it."])
        _ = screen.update(.promptAnswered(.streamPlace, "first"), in: context)
        #expect(
            screen.update(.promptAnswered(.targetQueue, "nowhere"), in: context).notices
                == ["Nothing was copied: there is no queue nowhere."])
        #expect(screen.update(.promptAnswered(.targetQueue, "orders.dead"), in: context).isEmpty)
        _ = screen.update(.promptAnswered(.streamPlace, "2h"), in: context)
        _ = screen.update(.promptAnswered(.targetQueue, "orders.dead"), in: context)
        #expect(
            screen.update(.promptAnswered(.rate, "0"), in: context).notices
                == ["Nothing was copied: 0 is no rate."])
        _ = screen.update(.promptAnswered(.streamPlace, "2h"), in: context)
        _ = screen.update(.promptCancelled(.targetQueue, ""), in: context)
        #expect(screen.update(.promptAnswered(.targetQueue, "orders.dead"), in: context).isEmpty)
    }

    @Test("What is not possible says why: no stream, a replay under way, purging a stream")
    func reasons() {
        let running = ReplayOutcome(
            request: ReplayRequest(stream: "audit", from: .first, target: "copies"),
            ending: .running)
        let context = Self.context(replay: running)
        let screen = Self.screen(in: context)
        func reason(_ availability: Availability) -> String? {
            if case .unavailable(let reason) = availability { reason } else { nil }
        }
        #expect(
            reason(screen.availability(of: .replay, in: context))
                == "a replay is under way; s stops it")
        #expect(screen.availability(of: .stopReplay, in: context) == .available)
        #expect(
            reason(screen.availability(of: .purge, in: context))
                == "audit is a stream, whose messages leave by age or size")
        let other = QueueScreen(queue: "orders.payment")
        #expect(
            reason(other.availability(of: .replay, in: context)) == "orders.payment is no stream")
        let idle = Self.context()
        #expect(
            reason(screen.availability(of: .stopReplay, in: idle)) == "no replay is under way")
        #expect(screen.keyAction(for: .replay, in: idle).needs == .replay)
    }

    @Test("Messages begin at an offset or a time, and page on from there")
    func messages() {
        let context = Self.context()
        var screen = MessagesScreen(queue: "audit")
        let first = screen.update(.appeared, in: context).browses
        #expect(first.map(\.from) == [nil])
        #expect(Self.prompts(screen.perform(.beginElsewhere, in: context)) == [.streamPlace])
        let again = screen.update(.promptAnswered(.streamPlace, "150"), in: context).browses
        #expect(again.map(\.from) == [.offset(150)])
        let late = BrowsePage(
            queue: "audit", messages: [Shop.message(1, body: [1])], hasMore: false)
        for request in first { _ = screen.update(.browsed(request, .success(late)), in: context) }
        #expect(
            !text(of: screen, in: context).contains("shop.orders"),
            "an answer to what was asked before is not shown")
        for request in again {
            let page = BrowsePage(
                queue: "audit", messages: [Shop.message(900, body: [1])], hasMore: true)
            let more = screen.update(.browsed(request, .success(page)), in: context).browses
            #expect(more.map(\.after) == [MessageID(Position(900))])
            #expect(more.map(\.from) == [nil])
        }
        #expect(
            screen.update(.promptAnswered(.streamPlace, "-1"), in: context).notices
                == ["-1 is no place in audit."])
        #expect(screen.availability(of: .delete, in: context) != .available)
    }

    @Test("Progress and end are said wherever one is")
    func notices() {
        var driver = ConsoleDriver(Self.context(), columns: 120)
        let request = ReplayRequest(stream: "audit", from: .first, target: "copies")
        let running = ReplayOutcome(
            request: request, report: ReplayReport(copied: 1_000, left: 400), ending: .running)
        driver.send(.replayed(running))
        #expect(driver.effects.isEmpty)
        #expect(driver.console.context.replay == running)
        #expect(driver.text.contains("Replaying audit to copies: 1,000 messages, 400 left"))
        let ended = ReplayOutcome(
            request: request, report: ReplayReport(copied: 1_300, lost: 100), ending: .completed)
        driver.send(.replayed(ended))
        #expect(driver.effects == [.sample])
        #expect(driver.console.context.replay == nil)
        #expect(
            driver.text.contains(
                "Replayed 1,300 messages of audit to copies; 100 were dropped before it came"))
    }

    @Test(
        "A place is typed as a word, an offset, an age or a moment of the person's own clock",
        arguments: [
            ("first", .first), ("last", .last), (" 120 ", .offset(120)), ("0", .offset(0)),
            ("2h", .time(Timestamp(seconds: 1_795_285_900 - 7_200))),
            ("90s", .time(Timestamp(seconds: 1_795_285_900 - 90))),
            ("3D", .time(Timestamp(seconds: 1_795_285_900 - 259_200))),
            // 18:31:40 UTC is 19:31:40 there.
            ("19:00", .time(Timestamp(seconds: 1_795_285_900 - 1_900))),
            ("19:31:40", .time(Timestamp(seconds: 1_795_285_900))),
            ("20:00", .time(Timestamp(seconds: 1_795_285_900 + 1_700 - 86_400))),
            ("2026-11-21 19:31:40", .time(Timestamp(seconds: 1_795_285_900))),
            ("1970-01-01 01:00", .time(Timestamp(seconds: 0))),
            ("2024-02-29 01:00", .time(Timestamp(seconds: 1_709_164_800))),
        ] as [(String, StreamPlace)])
    func places(_ text: String, _ place: StreamPlace) {
        #expect(
            StreamPlace(typed: text, now: .testStart, utcOffsetSeconds: 3_600) == place)
    }

    @Test(
        "What is none is refused",
        arguments: [
            "", "soon", "-1", "1.5h", "2w", "h", "24:00", "12:60", "2026-13-01 10:00",
            "2026-11-21", "2026-11-21 10", "1 2 3", "99999999h",
        ])
    func noPlaces(_ text: String) {
        #expect(StreamPlace(typed: text, now: .testStart, utcOffsetSeconds: 0) == nil)
    }

    private static func prompts(_ effects: [ScreenEffect]) -> [Prompt.Subject] {
        effects.compactMap { effect in
            if case .prompt(let prompt) = effect { prompt.subject } else { nil }
        }
    }
}
