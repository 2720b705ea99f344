import BrokerLink
import Canvas
import Messaging
import Screens
import TestSupport
import Testing

@Suite("Messages screen: the list")
struct MessagesScreenTests {
    @Test("At 80x24: one line a message")
    func listsMessages() {
        let context = Shop.context()
        #expect(text(of: loaded(in: context), in: context) == "@@messages80@@")
    }

    @Test("At 40x12 what matters most is left")
    func listsInLittleRoom() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = loaded(in: context)
        _ = screen.perform(.mark, in: context)
        #expect(text(of: screen, in: context) == "@@messages40@@")
    }

    @Test("Looking asks for one page, without touching the queue")
    func asksForOnePage() throws {
        let context = Shop.context()
        var screen = MessagesScreen(queue: "orders.dead")
        let request = try #require(screen.update(.appeared, in: context).browses.first)
        #expect(request.queue == "orders.dead")
        #expect(request.after == nil)
        #expect(request.intrusionMax == .none)
        #expect(screen.update(.appeared, in: context) == [], "the answer is awaited")
        #expect(text(of: screen, in: context).contains("Loading the messages of orders.dead."))
    }

    @Test("More is loaded when the end comes near, from the last message on, until there is none")
    func loadsMore() throws {
        let context = Shop.context()
        var screen = MessagesScreen(queue: "orders.payment")
        var request = try #require(screen.update(.appeared, in: context).browses.first)
        var effects = screen.update(
            .browsed(request, .success(page(0..<200, hasMore: true))), in: context)
        #expect(effects.isEmpty, "the end is far away")
        #expect(text(of: screen, in: context).contains("first 200 of 127,530"))
        effects = screen.update(.moved(.bottom), in: context)
        request = try #require(effects.browses.first)
        #expect(request.after == MessageID(Position(199)))
        _ = screen.update(.browsed(request, .success(page(200..<230))), in: context)
        #expect(screen.update(.moved(.bottom), in: context) == [])
        #expect(text(of: screen, in: context).contains("230 messages"))
        #expect(text(of: screen, in: context).contains("229"))
    }

    @Test("A filter looks into payloads, headers and routes, and loads on while little matches")
    func filters() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.update(.promptChanged(.filter, "timeout"), in: context)
        #expect(shownNumbers(screen, context) == ["16", "19"])
        _ = screen.update(.promptChanged(.filter, "!timeout amount"), in: context)
        #expect(shownNumbers(screen, context) == ["15", "18", "20"])
        _ = screen.update(.promptAnswered(.filter, "nothing has this"), in: context)
        #expect(
            text(of: screen, in: context).contains("No loaded message matches nothing has this."))
        #expect(screen.giveUp(in: context) == true)
        #expect(shownNumbers(screen, context).count == 6)
        #expect(screen.giveUp(in: context) == false)

        var long = MessagesScreen(queue: "orders.payment")
        let first = try #require(long.update(.appeared, in: context).browses.first)
        _ = long.update(.browsed(first, .success(page(0..<200, hasMore: true))), in: context)
        let more = long.update(.promptChanged(.filter, "rare"), in: context).browses
        #expect(more.first?.after == MessageID(Position(199)))
    }

    @Test("Deleting asks first, leaves out what a consumer holds, and loads the list again")
    func deletes() throws {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.perform(.markAll, in: context)
        let dialog = try #require(screen.perform(.delete, in: context).dialogs.first)
        #expect(dialog.title == "Delete 6 messages from orders.dead?")
        #expect(dialog.lines.contains("1 held by consumers will stay."))
        let ids = (15...19).map { MessageID(Position($0)) }
        #expect(dialog.effects == [.work(.deleteMessages(ids, from: "orders.dead"))])
        let effects = screen.update(.deletedMessages("orders.dead", .success(5)), in: context)
        #expect(effects.browses.count == 1)
    }

    @Test("What only a consumer holds cannot be deleted, and the key says why")
    func refusesUnacked() {
        let context = Shop.context()
        var screen = loaded(in: context)
        _ = screen.update(.moved(.bottom), in: context)
        #expect(
            screen.availability(of: .delete, in: context)
                == .unavailable(because: "a consumer holds it"))
    }

    @Test("A broker that cannot be looked into says so instead of being asked")
    func saysWhyNot() {
        let identity = BrokerIdentity.fake(unavailable: [.browse: "streams are not read yet"])
        let context = Shop.context(identity: identity)
        var screen = MessagesScreen(queue: "orders.dead")
        #expect(screen.update(.appeared, in: context) == [])
        #expect(text(of: screen, in: context).contains("streams are not read yet"))
    }

    @Test("Where looking costs something the person is asked, and only the first time")
    func asksBeforeIntruding() throws {
        var identity = BrokerIdentity.fake(product: "RabbitMQ")
        identity.browseIntrusion = .marksRedelivered
        let context = Shop.context(identity: identity)
        var screen = MessagesScreen(queue: "orders.dead")
        let effects = screen.update(.appeared, in: context)
        #expect(effects.browses.isEmpty)
        let dialog = try #require(effects.dialogs.first)
        #expect(dialog.lines == ["On this broker, looking marks its messages redelivered."])
        let request = try #require(dialog.effects.browses.first)
        #expect(request.intrusionMax == .marksRedelivered)
    }

    @Test("A failure is told, and tried again on request")
    func tellsFailures() throws {
        let context = Shop.context()
        var screen = MessagesScreen(queue: "gone")
        let request = try #require(screen.update(.appeared, in: context).browses.first)
        let error = LinkError.queueNotFound("gone")
        let effects = screen.update(.browsed(request, .failure(error)), in: context)
        #expect(effects.notices == [error.description])
        #expect(text(of: screen, in: context).contains("There is no queue gone"))
        #expect(screen.perform(.reload, in: context).browses.count == 1)
    }

    @Test("An empty queue says so")
    func showsEmptiness() throws {
        let context = Shop.context()
        var screen = MessagesScreen(queue: "orders.shipping")
        let request = try #require(screen.update(.appeared, in: context).browses.first)
        let page = BrowsePage(queue: "orders.shipping", messages: [], hasMore: false)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        #expect(text(of: screen, in: context).contains("orders.shipping holds no messages."))
        #expect(
            screen.availability(of: .openMessage, in: context)
                == .unavailable(because: "no message is selected"))
    }

    private func page(_ numbers: Range<UInt64>, hasMore: Bool = false) -> BrowsePage {
        BrowsePage(
            queue: "orders.payment",
            messages: numbers.map { Shop.message($0, body: Array("\($0)".utf8)) },
            hasMore: hasMore)
    }

    /// The numbers in the first column.
    private func shownNumbers(_ screen: MessagesScreen, _ context: ScreenContext) -> [String] {
        text(of: screen, in: context).split(separator: "\n").dropFirst(2).compactMap { line in
            line.split(separator: " ").first { $0.allSatisfy(\.isNumber) }.map(String.init)
        }
    }

    /// The list of the dead letters, loaded.
    private func loaded(in context: ScreenContext) -> MessagesScreen {
        MessagesScreen.loaded(Shop.letters, in: context)
    }
}

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
        #expect(text(of: read(message, in: context), in: context) == "@@message80@@")
    }

    @Test("At 40x12 it wraps and scrolls")
    func wrapsAndScrolls() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = read(Shop.letters[0], in: context)
        #expect(text(of: screen, in: context) == "@@message40top@@")
        _ = screen.update(.moved(.bottom), in: context)
        #expect(text(of: screen, in: context) == "@@message40bottom@@")
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
        #expect(text(of: screen, in: context).contains("Message #16"))
        #expect(text(of: screen, in: context).contains("2 of 6"))
        _ = screen.update(.moved(.left), in: context)
        #expect(text(of: screen, in: context).contains("Message #15"))
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
        #expect(text(of: screen, in: context).contains("first 1.0 kB of 1.0 MB"))
        let more = Shop.message(
            7, body: Array(large.prefix(request.bodyBytesMax)), bodyBytes: large.count)
        let page = BrowsePage(queue: "orders.dead", messages: [more], hasMore: true)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        #expect(text(of: screen, in: context).contains("first 66 kB of 1.0 MB"))
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
        #expect(text(of: screen, in: context).contains("Message #7"))
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
        #expect(part.notices == ["Copied the first 1 B of 2.0 kB."])
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
        #expect(text(of: screen, in: context).contains("Message #17"))
        let page = BrowsePage(
            queue: "orders.dead", messages: Array(Shop.letters[2...]), hasMore: false)
        _ = screen.update(.browsed(request, .success(page)), in: context)
        _ = screen.perform(.showNext, in: context)
        #expect(text(of: screen, in: context).contains("Message #18"))
        #expect(screen.giveUp(in: context) == false, "esc leaves at once")
        #expect(
            screen.update(.deletedMessages("orders.dead", .success(1)), in: context) == [.back])
    }

    @Test(
        "Hostile payloads and headers come out harmless in every format",
        arguments: [
            "\u{1b}[2J\u{1b}]0;owned\u{7}", "\u{9b}31m\u{90}q", "a\u{202e}b\u{2066}c",
            "x\u{200b}\u{feff}\u{ad}", "e" + String(repeating: "\u{301}", count: 20_000),
            "{\"\u{202e}\":\"\u{9b}2J\"}", String(repeating: "[", count: 50_000),
            "tab\tcr\r\nnul\u{0}del\u{7f}\u{2028}end",
        ])
    func isHarmless(payload: String) {
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

    private func read(_ message: BrowsedMessage, in context: ScreenContext) -> MessagesScreen {
        var screen = MessagesScreen.loaded([message], in: context)
        _ = screen.perform(.openMessage, in: context)
        return screen
    }
}

extension MessagesScreen {
    /// The screen of `orders.dead` after all its messages came.
    fileprivate static func loaded(
        _ messages: [BrowsedMessage], in context: ScreenContext
    ) -> MessagesScreen {
        var screen = MessagesScreen(queue: "orders.dead")
        for request in screen.update(.appeared, in: context).browses {
            let page = BrowsePage(queue: "orders.dead", messages: messages, hasMore: false)
            _ = screen.update(.browsed(request, .success(page)), in: context)
        }
        return screen
    }
}
