import AMQPClient
import BrokerLink
import Messaging

extension RabbitMQLink {
    /// A page of a stream: read by a consumer of its own, which changes nothing.
    func read(_ request: BrowseRequest) async throws(LinkError) -> BrowsePage {
        let place: StreamPlaceArgument =
            if let after = request.after {
                .offset(after.position.offset + 1)
            } else {
                request.from.map { StreamPlaceArgument($0) } ?? .first
            }
        let act = LaneAct.looking(into: request.queue)
        return try await self.asking(act) { lane throws(AMQPClientError) in
            let reading = try await StreamReading.begin(request.queue, at: place, on: lane)
            var messages: [StreamMessage] = []
            var isWhole = false
            while messages.count < request.countMax, !isWhole {
                let wanted = min(request.countMax - messages.count, Int(StreamReading.prefetch))
                let batch = try await reading.next(wanted)
                messages += batch
                isWhole = batch.count < wanted
                if let last = batch.last { reading.settle(through: last) }
            }
            return BrowsePage(
                queue: request.queue,
                messages: messages.map {
                    var browsed = BrowsedMessage(
                        $0.message, id: MessageID(Position($0.offset)), isRedelivered: false
                    ).keeping(bodyBytes: request.bodyBytesMax)
                    browsed.streamOffset = $0.offset
                    return browsed
                },
                hasMore: !isWhole)
        }
    }
}

extension StreamPlaceArgument {
    init(_ place: StreamPlace) {
        switch place {
        case .first: self = .first
        case .last: self = .last
        case .offset(let offset): self = .offset(offset)
        case .time(let time): self = .time(seconds: UInt64(clamping: time.seconds))
        }
    }
}
