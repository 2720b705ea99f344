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
        #expect(
            text(of: loaded(in: context), in: context) == """
                ╭─ Messages  orders.dead ───────────────────────────────────────── 6 messages ─╮
                │           #      AGE  EXCHANGE → KEY         SIZE  PAYLOAD                   │
                │ ▸         1   2h 10m  shop.orders → ord…     24 B  {"id":88201,"amount":12}  │
                │           2  41m 00s  shop.orders → ord…     24 B  {"id":88201,"amount":12}  │
                │           3  31m 40s  shop.orders → ord…      0 B  (empty)                   │
                │           4  10m 00s  shop.orders → ord…     24 B  {"id":88201,"amount":12}  │
                │           5     40 s  shop.orders → ord…     24 B  {"id":88201,"amount":12}  │
                │           6      6 s  shop.orders → ord…     24 B  {"id":88201,"amount":12}  │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                """)
    }

    @Test("At 40x12 what matters most is left")
    func listsInLittleRoom() {
        let context = Shop.context(columns: 40, rows: 12)
        var screen = loaded(in: context)
        _ = screen.perform(.mark, in: context)
        #expect(
            text(of: screen, in: context) == """
                ╭─ Messages  orders.dead · 1 marked ───╮
                │           #      AGE  PAYLOAD        │
                │  ✓        1   2h 10m  {"id":88201,"… │
                │ ▸         2  41m 00s  {"id":88201,"… │
                │           3  31m 40s  (empty)        │
                │           4  10m 00s  {"id":88201,"… │
                │           5     40 s  {"id":88201,"… │
                │           6      6 s  {"id":88201,"… │
                ╰──────────────────────────────────────╯
                """)
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
        #expect(shownNumbers(screen, context) == ["2", "5"])
        _ = screen.update(.promptChanged(.filter, "!timeout amount"), in: context)
        #expect(shownNumbers(screen, context) == ["1", "4", "6"])
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
