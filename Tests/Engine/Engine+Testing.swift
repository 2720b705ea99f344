import Core
import Engine
import Messaging
import NIOPosix
import Store

extension Engine {
    /// An engine on a loop of the process-wide group, with a store that keeps nothing unless
    /// another is given.
    static func testing(
        clock: EngineClock = .system(), store: any MessageStore = VolatileStore(),
        limits: EngineLimits = EngineLimits()
    ) -> Engine {
        Engine(
            on: MultiThreadedEventLoopGroup.singleton.next(), clock: clock, store: store, seed: 1,
            limits: limits)
    }

    /// Connects an outlet and opens its channel 1.
    func open(_ outlet: ScriptedOutlet) -> Bool {
        let client = ConnectingClient(origin: "test", user: "guest")
        guard self.connect(outlet, client) == .accepted else { return false }
        self.send([.openChannel], from: outlet)
        return true
    }

    /// Runs commands on channel 1, all in one batch.
    func send(_ commands: [Command], from outlet: ScriptedOutlet) {
        self.batch(for: outlet) { broker, now in
            for command in commands {
                broker.handle(command, from: outlet.connection, on: ChannelNumber(1), now: now)
            }
        }
    }

    /// Publishes bodies through the default exchange on channel 1, all in one batch.
    func publish(
        _ bodies: [String], key: String, properties: MessageProperties = MessageProperties(),
        from outlet: ScriptedOutlet
    ) {
        self.batch(for: outlet) { broker, now in
            for body in bodies {
                let (key, properties, body) = (
                    Array(key.utf8), properties.encoded(), Array(body.utf8)
                )
                let slice = MessageSlice(
                    exchangeOffset: 0, exchangeBytes: 0, keyOffset: 0, keyBytes: UInt8(key.count),
                    propertiesOffset: key.count, propertiesBytes: properties.count,
                    bodyOffset: key.count + properties.count, bodyBytes: body.count,
                    isMandatory: false, isImmediate: false)
                (key + properties + body).withUnsafeBytes {
                    broker.publish(
                        slice, in: $0, from: outlet.connection, on: ChannelNumber(1), now: now)
                }
            }
        }
    }
}
