import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Messages screen: one message")
struct MessageReaderTests {
    @Test("Properties, headers, deaths in words and the payload")
    func showsAMessage() {
        let context = Shop.context(rows: 30)
        let body = #"{"id":88213,"amount":1290.50,"lines":[{"sku":"A-1","n":2}],"note":null}"#
        var message = Shop.letter(
            21, ageSeconds: 7_200, error: "PaymentDeclined: card 4111… expired", body: body,
            count: 3)
        message.message.properties.headers?["x-route"] = .table([
            "hops": .array([.string("eu-1"), .string("eu-2")])
        ])
        #expect(
            text(of: read(message, in: context), in: context) == """
                ╭─ Message 1 of 1  orders.dead ────────────────────────────────────────────────╮
                │ came through              shop.orders → order.created                        │
                │ in queue                  2h 00m, since 2026-11-21 16:33:40                  │
                │ state                     ready                                              │
                │                                                                              │
                │ deaths, latest first                                                         │
                │ rejected in orders.payment 3 times, first 3h 00m ago; came through           │
                │ shop.orders → order.created                                                  │
                │                                                                              │
                │ properties                                                                   │
                │ content type              application/json                                   │
                │ delivery mode             2, persistent                                      │
                │ message id                order-21                                           │
                │                                                                              │
                │ headers                                                                      │
                │ x-error                   PaymentDeclined: card 4111… expired                │
                │ x-route                                                                      │
                │   hops                                                                       │
                │     [0]                   eu-1                                               │
                │     [1]                   eu-2                                               │
                │                                                                              │
                │ payload as JSON · 71 B                                                       │
                │ {                                                                            │
                │   "id": 88213,                                                               │
                │   "amount": 1290.50,                                                         │
                │   "lines": [                                                                 │
                ╰─────────────────────────────────────────────────────────────────────── 78 % ─╯
                """)
    }

    @Test("At 40x12 it wraps and scrolls")
    func wrapsAndScrolls() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = read(Shop.letters[0], in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Message 1 of 1  orders.dead ────────╮
                │ came through  shop.orders → order.cr │
                │               eated                  │
                │ in queue      2h 10m, since 2026-11- │
                │               21 16:23:40            │
                │ state         ready                  │
                │                                      │
                │ deaths, latest first                 │
                ╰─────────────────────────────── 28 % ─╯
                """)
        _ = screen.update(.moved(.bottom), in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Message 1 of 1  orders.dead ────────╮
                │               4111… expired          │
                │                                      │
                │ payload as JSON · 24 B               │
                │ {                                    │
                │   "id": 88201,                       │
                │   "amount": 12                       │
                │ }                                    │
                ╰────────────────────────────── 100 % ─╯
                """)
    }

    @Test("The payload goes through its formats, and those that do not fit are left out")
    func changesFormat() {
        let context = Shop.context(rows: 40)
        func formats(_ body: String) -> [String] {
            var screen = read(Shop.message(1, body: Array(body.utf8)), in: context)
            return (0..<4).map { _ in
                let shown = text(of: screen, in: context)
                _ = screen.perform(.changeFormat, in: context)
                return ["JSON", "text", "hex"].first { shown.contains("payload as \($0)") } ?? ""
            }
        }
        #expect(formats("{}") == ["JSON", "hex", "text", "JSON"])
        #expect(formats("plain") == ["text", "hex", "text", "hex"])
    }

    @Test("Next and previous keep the format and load what they need")
    func readsNeighbours() {
        let context = Shop.context()
        var screen = MessagesScreen.loaded(Shop.letters, in: context)
        _ = screen.perform(.openMessage, in: context)
        #expect(
            screen.availability(of: .showPrevious, in: context)
                == .unavailable(because: "it is the first one"))
        _ = screen.perform(.changeFormat, in: context)
        _ = screen.perform(.showNext, in: context)
        #expect(text(of: screen, in: context).contains("Message 2 of 6"))
        _ = screen.update(.moved(.left), in: context)
        #expect(text(of: screen, in: context).contains("Message 1 of 6"))
        #expect(screen.giveUp(in: context) == true, "esc goes back to the list")
        #expect(text(of: screen, in: context).contains("EXCHANGE"))
    }

    @Test("Of a body of 1 MiB the beginning is fetched and shown, and it says so")
    func readsLargeBodies() throws {
        let context = Shop.context()
        let large = Array(repeating: UInt8(ascii: "a"), count: 1_048_576)
        let beginning = Shop.message(
            7, body: Array(large.prefix(1_024)), bodyBytes: large.count)
        var screen = MessagesScreen.loaded([beginning], in: context)
        let request = try #require(screen.perform(.openMessage, in: context).browses.first)
        #expect(request.after == MessageID(Position(6)))
        #expect(request.countMax == 1)
        #expect(text(of: screen, in: context).contains("first 1 kB of 1 MB"))
        let more = Shop.message(
            7, body: Array(large.prefix(request.bodyBytesMax)), bodyBytes: large.count)
        let page = BrowsePage(queue: "orders.dead", messages: [more], hasMore: true)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        #expect(text(of: screen, in: context).contains("first 65 kB of 1 MB"))
        _ = screen.update(.moved(.bottom), in: context)
        #expect(text(of: screen, in: context).contains("│ aaaaaaaa"))
    }

    @Test("A message that left meanwhile is still shown, and it says so")
    func staysWhenGone() throws {
        let context = Shop.context()
        let cut = Shop.message(7, body: [0x61], bodyBytes: 100)
        var screen = MessagesScreen.loaded([cut], in: context)
        let request = try #require(screen.perform(.openMessage, in: context).browses.first)
        let page = BrowsePage(
            queue: "orders.dead", messages: [Shop.message(8, body: [])], hasMore: false)
        let effects = screen.update(.browsed(request, .success(page)), in: context)
        #expect(effects.notices.first?.hasPrefix("The message has left orders.dead") == true)
        #expect(text(of: screen, in: context).contains("Message 1 of 1  orders.dead"))
    }

    @Test("Copying takes text, says when it is only a part, and refuses bytes that are none")
    func copies() {
        let context = Shop.context()
        func effects(_ message: BrowsedMessage) -> [ScreenEffect] {
            var screen = MessagesScreen.loaded([message], in: context)
            return screen.perform(.copyPayload, in: context)
        }
        let whole = effects(Shop.message(1, body: Array("Zoë".utf8)))
        #expect(whole.first == .work(.copy("Zoë")))
        let part = effects(Shop.message(1, body: [0x61], bodyBytes: 2_000))
        #expect(part.notices == ["Copied the first 1 B of 2 kB."])
        let binary = effects(Shop.message(1, body: [0xFF]))
        #expect(binary.notices == ["Not copied: the payload is no text."])
        #expect(binary.count == 1)
    }

    @Test("Opened for one message, the screen reads it at once and leaves when it is deleted")
    func opensForOneMessage() throws {
        let context = Shop.context()
        var screen = MessagesScreen(queue: "orders.dead", opening: Shop.letters[2])
        let request = try #require(screen.update(.appeared, in: context).browses.last)
        #expect(request.after == MessageID(Position(16)))
        // Its place in the queue is not known, only that of the log.
        #expect(text(of: screen, in: context).hasPrefix("╭─ Message  orders.dead ──"))
        #expect(text(of: screen, in: context).contains("31m 40s, since"))
        let page = BrowsePage(
            queue: "orders.dead", messages: Array(Shop.letters[2...]), hasMore: false)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        _ = screen.perform(.showNext, in: context)
        #expect(text(of: screen, in: context).contains("10m 00s, since"))
        #expect(screen.giveUp(in: context) == false, "esc leaves at once")
        #expect(
            screen.update(.deletedMessages("orders.dead", .success(1)), in: context) == [.back])
    }

    @Test(
        "Hostile payloads and headers come out harmless in every format",
        arguments: [
            Attack("escapes", "\u{1b}[2J\u{1b}]0;owned\u{7}"),
            Attack("eight-bit escapes", "\u{9b}31m\u{90}q"),
            Attack("text turned around", "a\u{202e}b\u{2066}c"),
            Attack("invisible characters", "x\u{200b}\u{feff}\u{ad}"),
            Attack(
                "one letter, many accents", "e" + String(repeating: "\u{301}", count: 20_000)),
            Attack("escapes within JSON", "{\"\u{202e}\":\"\u{9b}2J\"}"),
            Attack("deep JSON", String(repeating: "[", count: 50_000)),
            Attack("controls", "tab\tcr\r\nnul\u{0}del\u{7f}\u{2028}end"),
        ])
    func isHarmless(attack: Attack) {
        let payload = attack.payload
        let context = Shop.context()
        var properties = MessageProperties()
        properties.contentType = payload.utf8.count < 200 ? payload : nil
        properties.headers = [payload: .string(payload)]
        let message = Shop.message(1, properties: properties, body: Array(payload.utf8))
        var screen = MessagesScreen.loaded([message], in: context)
        #expect(hostileScalars(in: text(of: screen, in: context)) == [])
        _ = screen.perform(.openMessage, in: context)
        for _ in 0..<3 {
            #expect(hostileScalars(in: text(of: screen, in: context)) == [])
            _ = screen.update(.moved(.bottom), in: context)
            #expect(hostileScalars(in: text(of: screen, in: context)) == [])
            _ = screen.perform(.changeFormat, in: context)
        }
    }

    /// A payload that wants more than to be read; its name keeps it out of the test's own output.
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let payload: String

        init(_ name: String, _ payload: String) {
            self.testDescription = name
            self.payload = payload
        }
    }

    private func read(_ message: BrowsedMessage, in context: ScreenContext) -> MessagesScreen {
        var screen = MessagesScreen.loaded([message], in: context)
        _ = screen.perform(.openMessage, in: context)
        return screen
    }
}
