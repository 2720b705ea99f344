import BrokerLink
import Canvas
import DeadLetters
import Messaging
import Screens
import TestSupport
import Testing

/// What keys do to a broker, through the whole console: nothing before yes, nothing when read-only.
@Suite("Acts of an operator")
struct OperatorActionsTests {
    /// Keys from the queue list on, and the one effect that they lead to.
    struct Walk: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// To what is acted on.
        var way: [Key]
        var act: Key
        /// The answer to a prompt that comes before the dialog.
        var answer = ""
        var effect: ConsoleEffect

        /// From what is acted on to the dialog.
        var question: [Key] {
            [self.act] + self.answer.map { .character($0) } + (self.answer.isEmpty ? [] : [.enter])
        }
    }

    private static let ids = [15, 18].map { MessageID(Position($0)) }

    static let walks = [
        Walk(
            testDescription: "purge a queue", way: [.enter], act: .character("P"),
            effect: .purge("orders.payment")),
        Walk(
            testDescription: "delete a queue", way: [.enter], act: .character("D"),
            effect: .deleteQueue("orders.payment", ifUnused: false, ifEmpty: false)),
        Walk(
            testDescription: "delete a message", way: [.character("p")], act: .character("D"),
            effect: .deleteMessages([MessageID(Position(15))], from: "orders.payment")),
        Walk(
            testDescription: "delete a message that is read",
            way: [.character("p"), .enter, .character("n")], act: .character("D"),
            effect: .deleteMessages([MessageID(Position(16))], from: "orders.payment")),
        Walk(
            testDescription: "delete a group of dead letters", way: [.tab], act: .character("D"),
            effect: .deleteMessages(ids, from: "orders.dead")),
        Walk(
            testDescription: "requeue a group of dead letters", way: [.tab], act: .character("r"),
            effect: .redrive(plan(to: .queueItDiedIn))),
        Walk(
            testDescription: "move a group of dead letters",
            way: [.tab], act: .character("m"), answer: "orders.shipping",
            effect: .redrive(plan(to: .queue("orders.shipping")))),
    ]

    @Test("Nothing is done before yes", arguments: walks)
    func asksFirst(walk: Walk) {
        var console = Operator(isReadOnly: false)
        #expect(console.changes(after: walk.way + walk.question) == [])
        #expect(console.changes(after: [.escape]) == [], "esc is no")
        #expect(console.changes(after: walk.question) == [])
        #expect(console.changes(after: [.enter]) == [], "Cancel is focused")
    }

    @Test("Yes does exactly what was asked", arguments: walks)
    func doesItAfterYes(walk: Walk) {
        var console = Operator(isReadOnly: false)
        #expect(
            console.changes(after: walk.way + walk.question + [.right, .enter]) == [walk.effect])
    }

    @Test("In a protected context yes is not enough: the queue's name is typed", arguments: walks)
    func asksForTheName(walk: Walk) {
        var console = Operator(isReadOnly: false, isProtected: true)
        #expect(console.changes(after: walk.way + walk.question + [.tab, .tab, .enter]) == [])
        #expect(console.text.contains("prod is protected: type the name to go on."))
        let name = console.text.contains("type orders.dead:") ? "orders.dead" : "orders.payment"
        let typed = name.map { Key.character($0) }
        #expect(console.changes(after: typed + [.enter]) == [])
        #expect(console.changes(after: [.enter]) == [walk.effect])
    }

    @Test("In read-only mode nothing is even asked", arguments: walks)
    func refusesWhenReadOnly(walk: Walk) {
        var console = Operator(isReadOnly: true)
        #expect(console.changes(after: walk.way + [walk.act]) == [])
        #expect(console.text.contains("--read-only"), "the refusal says why")
        #expect(console.changes(after: [.right, .enter]) == [])
    }

    private static func plan(to target: RedriveRequest.Target) -> RedrivePlan {
        let letters = Shop.letters.filter { $0.message.properties.headers != nil }.filter {
            [15, 18, 20].contains($0.id.position.offset)
        }
        return RedrivePlan(
            for: letters.map {
                DeadLetter($0, in: "orders.dead", deadLetterQueues: ["orders.dead"])
            }, to: target
        ) { _ in true }
    }
}

/// A console whose keys are pressed, and whose requests to look are answered at once.
private struct Operator {
    private var console: Console

    init(isReadOnly: Bool, isProtected: Bool = false) {
        self.console = Console(
            context: Shop.context(isReadOnly: isReadOnly), columns: 80, rows: 24)
        let name = ContextName("prod")
        if isProtected {
            let prod = ContextChoice(name, address: "amqps://h", isProtected: true)
            self.console.setContexts([prod], current: name)
        }
        _ = self.console.update(.sampled(.success(.of(Shop.queues, second: 122))))
    }

    var text: String { self.console.view().text }

    /// What of all effects would change the broker.
    mutating func changes(after keys: [Key]) -> [ConsoleEffect] {
        keys.flatMap { key in self.answered(self.console.update(.key(key))) }
            .filter(\.changesBroker)
    }

    private mutating func answered(_ effects: [ConsoleEffect]) -> [ConsoleEffect] {
        effects.flatMap { effect -> [ConsoleEffect] in
            guard case .browse(let request) = effect else { return [effect] }
            let page = BrowsePage(queue: request.queue, messages: Shop.letters, hasMore: false)
            return self.answered(self.console.update(.browsed(request, .success(page))))
        }
    }
}
