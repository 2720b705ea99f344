import AMQP
import AMQPClient
import BrokerLink
import Messaging
import RabbitMQLink
import Testing

@Suite("Rules of a move")
struct MoveRuleTests {
    private static func death(_ queue: QueueName, _ reason: DeathReason) -> DeathRecord {
        DeathRecord(
            count: 1, reason: reason, queue: queue, timeSeconds: 1, exchange: "", routingKeys: [])
    }

    @Test("A message goes back to the queue it died in, not to one on its way")
    func target() {
        func target(_ deaths: [DeathRecord]) -> QueueName? {
            Resending.queueItDiedIn(
                deaths, lyingIn: "dead", deadLetterQueues: ["dead", "delay"])
        }
        #expect(target([]) == nil)
        #expect(target([Self.death("dead", .expired)]) == nil)
        #expect(target([Self.death("work", .rejected)]) == "work")
        #expect(target([Self.death("delay", .expired), Self.death("work", .rejected)]) == "work")
        #expect(target([Self.death("delay", .rejected), Self.death("work", .rejected)]) == "delay")
        #expect(target([Self.death("delay", .expired)]) == "delay")
    }

    @Test("What would kill, copy or refuse it is left out; the rest stays")
    func message() {
        var properties = MessageProperties()
        properties.expiration = "1000"
        properties.userID = "bob"
        properties.messageID = "m"
        properties.headers = [
            "CC": .array([.string("a")]), "BCC": .array([]), "x-delivery-count": .int64(1),
            "kind": .string("web"),
        ]
        let message = Message(
            exchange: "dlx", routingKey: "k", properties: properties, body: [1, 2])
        let moved = Resending.message(message, to: "work", user: "ada")
        #expect(moved.exchange == .default)
        #expect(moved.routingKey == "work")
        #expect(moved.body == [1, 2])
        #expect(moved.properties.expiration == nil)
        #expect(moved.properties.userID == nil)
        #expect(moved.properties.messageID == "m")
        #expect(moved.properties.headers == ["kind": .string("web")])
        #expect(Resending.message(message, to: "work", user: "bob").properties.userID == "bob")
    }

    @Test("Messages that come back are noticed when they are many")
    func returns() {
        let watch = ReturnWatch(readyAtStart: 1_000)
        #expect(watch.returned(ready: 800, taken: 200, moved: 200) == nil)
        #expect(watch.returned(ready: 849, taken: 200, moved: 60) == nil)
        #expect(watch.returned(ready: 850, taken: 200, moved: 60) == 50)
        #expect(watch.returned(ready: 899, taken: 200, moved: 200) == nil)
        #expect(watch.returned(ready: 900, taken: 200, moved: 200) == 100)
    }

    @Test("A message that came back was not taken, although it was confirmed")
    func tally() {
        let messages = (1...4).map {
            Message(exchange: "", routingKey: "q", body: [UInt8($0 == 4 ? 3 : $0)])
        }
        var tally = PublishTally(messages)
        tally.returned(messages[1])
        tally.acked(1)
        tally.acked(0)
        tally.acked(0)
        tally.nacked(2)
        #expect(!tally.isComplete)
        tally.returned(messages[3])
        tally.acked(3)
        #expect(tally.isComplete)
        #expect(tally.fates == [.taken, .returned, .refused, .returned])
    }

    @Test("The wait for the next attempt doubles up to its limit, and ends with a success")
    func backoff() {
        var backoff = Backoff()
        #expect(!backoff.isTooEarly(atNanoseconds: 0))
        let second: UInt64 = 1_000_000_000
        for waitNanoseconds in [second / 2, second, 2 * second, 4 * second, 5 * second, 5 * second]
        {
            backoff.failed(atNanoseconds: 100)
            #expect(backoff.isTooEarly(atNanoseconds: 99 + waitNanoseconds))
            #expect(!backoff.isTooEarly(atNanoseconds: 100 + waitNanoseconds))
        }
        backoff.succeeded()
        #expect(!backoff.isTooEarly(atNanoseconds: 0))
    }

    @Test("A lost connection leaves a change in doubt, and a look not")
    func faults() {
        let lost = AMQPClientError.connectionLost(address: "a:1", reason: "gone")
        let change = LaneAct.changing("q", "the purge of q")
        #expect(change.linkError(lost) == .outcomeUnknown(action: "the purge of q"))
        for error in [
            change.linkError(lost, wasBegun: false), LaneAct.looking(into: "q").linkError(lost),
        ] {
            guard case .disconnected = error else {
                Issue.record("\(error)")
                continue
            }
        }
        let inUse = CloseReason(.preconditionFailed, "queue 'q' in vhost '/' in use")
        #expect(
            change.linkError(.channelClosed(inUse))
                == .queueInUse("q", reason: "it has consumers"))
        #expect(
            change.linkError(.channelClosed(CloseReason(.notFound, "no queue 'q'")))
                == .queueNotFound("q"))
        let refused = CloseReason(.accessRefused, "access to queue 'q' refused")
        #expect(
            change.linkError(.channelClosed(refused))
                == .refused(reason: "ACCESS_REFUSED - access to queue 'q' refused."))
    }
}
