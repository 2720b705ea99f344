import AMQP
import Messaging

/// One of every method, with its ids as the specification and RabbitMQ's extensions give them.
enum MethodSamples {
    static let all: [(id: MethodID, method: Method)] =
        connection + channel + exchange + queue + basic + confirmAndTx

    private static let table: FieldTable = [
        "x-max-length": .int32(7), "deep": .table(["list": .array([.bool(true), .void])]),
    ]
    private static let closing = CloseReason(
        code: 404, text: "NOT_FOUND - no queue", method: MethodID(50, 10))
    private static let tuning = Tuning(
        channelsMax: 2_047, frameBytesMax: 131_072, heartbeatSeconds: 60)

    private static let connection: [(MethodID, Method)] = [
        (
            MethodID(10, 10),
            .connection(
                .start(
                    ConnectionMethod.Start(
                        serverProperties: table, mechanisms: Array("PLAIN".utf8),
                        locales: Array("en_US".utf8))))
        ),
        (
            MethodID(10, 11),
            .connection(
                .startOK(
                    ConnectionMethod.StartOK(
                        clientProperties: table, mechanism: "PLAIN", response: [0, 1, 0],
                        locale: "en_US")))
        ),
        (MethodID(10, 20), .connection(.secure(challenge: [1, 2]))),
        (MethodID(10, 21), .connection(.secureOK(response: [3]))),
        (MethodID(10, 30), .connection(.tune(tuning))),
        (MethodID(10, 31), .connection(.tuneOK(tuning))),
        (MethodID(10, 40), .connection(.open(virtualHost: "/"))),
        (MethodID(10, 41), .connection(.openOK)),
        (MethodID(10, 50), .connection(.close(closing))),
        (MethodID(10, 51), .connection(.closeOK)),
        (MethodID(10, 60), .connection(.blocked(reason: "low on disk"))),
        (MethodID(10, 61), .connection(.unblocked)),
        (MethodID(10, 70), .connection(.updateSecret(newSecret: [9], reason: "expired"))),
        (MethodID(10, 71), .connection(.updateSecretOK)),
    ]

    private static let channel: [(MethodID, Method)] = [
        (MethodID(20, 10), .channel(.open)),
        (MethodID(20, 11), .channel(.openOK)),
        (MethodID(20, 20), .channel(.flow(isActive: true))),
        (MethodID(20, 21), .channel(.flowOK(isActive: false))),
        (MethodID(20, 40), .channel(.close(closing))),
        (MethodID(20, 41), .channel(.closeOK)),
    ]

    private static let exchange: [(MethodID, Method)] = {
        var declare = ExchangeMethod.Declare(exchange: "e", type: "topic")
        (declare.isDurable, declare.isInternal, declare.noWait) = (true, true, true)
        declare.arguments = table
        var binding = ExchangeMethod.Binding(destination: "d", source: "s", routingKey: "a.#")
        binding.noWait = true
        binding.arguments = table
        return [
            (MethodID(40, 10), .exchange(.declare(declare))),
            (MethodID(40, 11), .exchange(.declareOK)),
            (MethodID(40, 20), .exchange(.delete(exchange: "e", ifUnused: true, noWait: false))),
            (MethodID(40, 21), .exchange(.deleteOK)),
            (MethodID(40, 30), .exchange(.bind(binding))),
            (MethodID(40, 31), .exchange(.bindOK)),
            (MethodID(40, 40), .exchange(.unbind(binding))),
            (MethodID(40, 51), .exchange(.unbindOK)),
        ]
    }()

    private static let queue: [(MethodID, Method)] = {
        var declare = QueueMethod.Declare(queue: "q")
        (declare.isPassive, declare.isExclusive, declare.isAutoDelete) = (true, true, true)
        declare.arguments = table
        var binding = QueueMethod.Binding(queue: "q", exchange: "e", routingKey: "k")
        binding.arguments = table
        let unbinding = binding
        binding.noWait = true
        var delete = QueueMethod.Delete(queue: "q")
        (delete.ifUnused, delete.noWait) = (true, true)
        return [
            (MethodID(50, 10), .queue(.declare(declare))),
            (MethodID(50, 11), .queue(.declareOK(queue: "q", messageCount: 7, consumerCount: 2))),
            (MethodID(50, 20), .queue(.bind(binding))),
            (MethodID(50, 21), .queue(.bindOK)),
            (MethodID(50, 30), .queue(.purge(queue: "q", noWait: true))),
            (MethodID(50, 31), .queue(.purgeOK(messageCount: 5))),
            (MethodID(50, 40), .queue(.delete(delete))),
            (MethodID(50, 41), .queue(.deleteOK(messageCount: 6))),
            (MethodID(50, 50), .queue(.unbind(unbinding))),
            (MethodID(50, 51), .queue(.unbindOK)),
        ]
    }()

    private static let basic: [(MethodID, Method)] = {
        var consume = BasicMethod.Consume(queue: "q", consumerTag: "c")
        (consume.noAck, consume.isExclusive, consume.noWait) = (true, true, true)
        consume.arguments = table
        var publish = BasicMethod.Publish(exchange: "e", routingKey: "k")
        publish.isMandatory = true
        return [
            (
                MethodID(60, 10),
                .basic(.qos(prefetchBytes: 0, prefetchCount: 100, isGlobal: true))
            ),
            (MethodID(60, 11), .basic(.qosOK)),
            (MethodID(60, 20), .basic(.consume(consume))),
            (MethodID(60, 21), .basic(.consumeOK(consumerTag: "c"))),
            (MethodID(60, 30), .basic(.cancel(consumerTag: "c", noWait: true))),
            (MethodID(60, 31), .basic(.cancelOK(consumerTag: "c"))),
            (MethodID(60, 40), .basic(.publish(publish))),
            (MethodID(60, 50), .basic(.returned(returned))),
            (MethodID(60, 60), .basic(.deliver(deliver))),
            (MethodID(60, 70), .basic(.get(queue: "q", noAck: true))),
            (MethodID(60, 71), .basic(.getOK(getOK))),
            (MethodID(60, 72), .basic(.getEmpty)),
            (MethodID(60, 80), .basic(.ack(deliveryTag: DeliveryTag(8), multiple: true))),
            (MethodID(60, 90), .basic(.reject(deliveryTag: DeliveryTag(8), requeue: true))),
            (MethodID(60, 100), .basic(.recoverAsync(requeue: true))),
            (MethodID(60, 110), .basic(.recover(requeue: true))),
            (MethodID(60, 111), .basic(.recoverOK)),
            (
                MethodID(60, 120),
                .basic(.nack(deliveryTag: DeliveryTag(8), multiple: false, requeue: true))
            ),
        ]
    }()

    private static let returned = BasicMethod.Return(
        code: 312, text: "NO_ROUTE", exchange: "e", routingKey: "k")
    private static let deliver = BasicMethod.Deliver(
        consumerTag: "c", deliveryTag: DeliveryTag(8), isRedelivered: true, exchange: "e",
        routingKey: "k")
    private static let getOK = BasicMethod.GetOK(
        deliveryTag: DeliveryTag(8), isRedelivered: true, exchange: "e", routingKey: "k",
        messageCount: 4)

    private static let confirmAndTx: [(MethodID, Method)] = [
        (MethodID(85, 10), .confirm(.select(noWait: true))),
        (MethodID(85, 11), .confirm(.selectOK)),
        (MethodID(90, 10), .tx(.select)),
        (MethodID(90, 11), .tx(.selectOK)),
        (MethodID(90, 20), .tx(.commit)),
        (MethodID(90, 21), .tx(.commitOK)),
        (MethodID(90, 30), .tx(.rollback)),
        (MethodID(90, 31), .tx(.rollbackOK)),
    ]
}
