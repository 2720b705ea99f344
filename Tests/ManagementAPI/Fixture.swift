import Core
import Engine
import ManagementAPI
import Messaging
import NIOPosix
import PlainJSON
import Store
import Synchronization

/// A broker of a test's own and the API to it, without a socket.
struct Fixture {
    static let node = "queuetop@test"

    let engine: Engine
    let rates = RateBook()
    let redrives: RedriveDesk
    let router: ManagementRouter
    let clock: TestClock

    init(gate: (any ManagementGate)? = nil) {
        let clock = TestClock()
        self.clock = clock
        self.engine = Engine(
            on: MultiThreadedEventLoopGroup.singleton.next(),
            clock: EngineClock { clock.now }, store: VolatileStore(), seed: 1)
        self.redrives = RedriveDesk(self.engine)
        let face = BrokerFace(
            version: "1.2.3", node: Self.node, amqpPort: 5_672, managementPort: 15_672,
            dataDirectory: "/data", processID: 7, processors: 2, startedAt: clock.now)
        self.router = ManagementRouter(
            ManagementContext(
                engine: self.engine, rates: self.rates, redrives: self.redrives, identity: face),
            gate: gate ?? EngineGate(self.engine))
    }

    /// Takes a sample of all counters, as the service does every few seconds.
    func sample() async {
        self.rates.take(await self.engine.snapshot { broker, now in broker.counters(now: now) })
    }

    /// A queue whose rejected messages lie in `dead`.
    static func shop(rejecting count: Int) async -> Fixture {
        let fixture = Fixture()
        _ = await fixture.ask(.put, "/api/queues/%2F/dead", "{}")
        _ = await fixture.ask(
            .put, "/api/queues/%2F/work",
            #"{"arguments":{"x-dead-letter-exchange":"","x-dead-letter-routing-key":"dead"}}"#)
        for number in 0..<count { await fixture.publish("m\(number)", to: "work") }
        _ = await fixture.ask(
            .post, "/api/queues/%2F/work/get",
            #"{"count":-1,"ackmode":"reject_requeue_false","encoding":"auto"}"#)
        return fixture
    }

    // MARK: Asking

    /// - Parameter login: `name:password`; nil sends none.
    func ask(
        _ method: APIMethod, _ target: String, _ body: String = "",
        login: String? = "guest:guest", from address: String = "127.0.0.1"
    ) async -> APIAnswer {
        await self.router.answer(
            .init(
                method: method, target: target,
                authorization: login.map { "Basic " + Base64.text(of: Array($0.utf8)) },
                body: Array(body.utf8), address: address))
    }

    /// The answer to a GET, as JSON.
    func get(_ target: String) async -> JSON? {
        JSON(request: await self.ask(.get, target).body)
    }

    func status(_ method: APIMethod, _ target: String, _ body: String = "") async -> APIStatus {
        await self.ask(method, target, body).status
    }

    /// The names of a list's items, in its order.
    func names(_ target: String) async -> [String] {
        let list = await self.get(target)
        return (list?.elements ?? list?["items"]?.elements ?? []).compactMap { $0["name"]?.text }
    }

    func publish(_ payload: String, to queue: String) async {
        _ = await self.ask(
            .post, "/api/exchanges/%2F/amq.default/publish",
            #"{"properties":{},"routing_key":"\#(queue)","payload":"\#(payload)","#
                + #""payload_encoding":"string"}"#)
    }
}

/// A clock that stands still until a test moves it; guarded by a mutex.
final class TestClock: Sendable {
    private let microseconds = Mutex<Int64>(1_700_000_000_000_000)

    var now: Timestamp { Timestamp(microseconds: self.microseconds.withLock { $0 }) }

    func advance(seconds: Int64) { self.microseconds.withLock { $0 += seconds * 1_000_000 } }
}

extension APIAnswer {
    var text: String { String(decoding: self.body, as: UTF8.self) }
}
