import Messaging

/// A method of AMQP 0-9-1 or of RabbitMQ's extensions to it, with its arguments.
///
/// One enum a class, so that code which serves one class stays exhaustive without knowing the
/// others. Reserved arguments are written as zero and ignored when read.
package enum Method: Hashable, Sendable {
    case connection(ConnectionMethod)
    case channel(ChannelMethod)
    case exchange(ExchangeMethod)
    case queue(QueueMethod)
    case basic(BasicMethod)
    case confirm(ConfirmMethod)
    case tx(TxMethod)

    package var id: MethodID {
        switch self {
        case .connection(let method): MethodID(ClassID.connection.rawValue, method.number)
        case .channel(let method): MethodID(ClassID.channel.rawValue, method.number)
        case .exchange(let method): MethodID(ClassID.exchange.rawValue, method.number)
        case .queue(let method): MethodID(ClassID.queue.rawValue, method.number)
        case .basic(let method): MethodID(ClassID.basic.rawValue, method.number)
        case .confirm(let method): MethodID(ClassID.confirm.rawValue, method.number)
        case .tx(let method): MethodID(ClassID.tx.rawValue, method.number)
        }
    }
}
