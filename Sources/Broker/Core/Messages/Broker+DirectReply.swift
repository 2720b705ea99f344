import Messaging

/// Direct reply-to; see ``DirectReply``.
extension Broker {
    mutating func consumeReplies(
        _ request: ConsumeRequest, on channel: Int
    ) throws(Fault) {
        guard request.isAutoAck else {
            throw Fault(.preconditionFailed, "reply consumer cannot acknowledge")
        }
        guard self.channels[channel].replyConsumer == nil else {
            throw Fault(.preconditionFailed, "reply consumer already set")
        }
        let tag =
            request.tag.text.isEmpty
            ? ConsumerTag(self.generator.name("amq.ctag")) : request.tag
        let address = DirectReply.address(token: self.generator.name("g"))
        self.channels[channel].replyConsumer = ReplyConsumer(tag: tag, address: address)
        self.replyChannels[address] = self.channels[channel].id
        guard !request.isNoWait else { return }
        self.emit(
            .reply(self.channels[channel].number, .consuming(tag)),
            to: self.channels[channel].connection)
    }

    /// Ends the channel's reply consumer, if it has one.
    mutating func endReplies(on channel: Int) {
        guard let consumer = self.channels[channel].replyConsumer else { return }
        self.replyChannels[consumer.address] = nil
        self.channels[channel].replyConsumer = nil
    }

    /// The `reply-to` that a request goes on with, when its publisher wrote the pseudo-queue's
    /// name into it; nil when it did not.
    func replyAddress(
        for properties: PropertyPeek, _ message: PublishedMessage, on channel: Int
    ) throws(Fault) -> [UInt8]? {
        guard let range = properties.replyTo,
            message.properties[range].elementsEqual(DirectReply.queue.text.utf8)
        else { return nil }
        guard let consumer = self.channels[channel].replyConsumer else {
            throw Fault(.preconditionFailed, "fast reply consumer does not exist")
        }
        return consumer.address
    }

    /// Gives a reply to whoever waits for it; to nobody when nobody does any more.
    mutating func deliver(_ message: PublishedMessage, toReplyAddress address: [UInt8]) {
        guard let id = self.replyChannels[address], let channel = self.channelSlot(id),
            let consumer = self.channels[channel].replyConsumer
        else { return }
        let reply = DirectReply(
            consumerTag: Array(consumer.tag.text.utf8),
            // As in RabbitMQ, which hands the same tag out again: nobody can ack it.
            tag: DeliveryTag(self.channels[channel].lastTag + 1),
            exchange: Array(message.exchange), routingKey: Array(message.routingKey),
            properties: Array(message.properties), body: Array(message.body))
        self.emit(
            .directReply(self.channels[channel].number, reply),
            to: self.channels[channel].connection)
    }

    /// Answers a declaration of the pseudo-queue or of an address, which only asks for it.
    func declareReplies(
        _ name: QueueName, in host: Int
    ) throws(Fault) -> Reply {
        guard name == DirectReply.queue || self.replyChannels[Array(name.text.utf8)] != nil else {
            throw self.hosts[host].notFound(name)
        }
        return .queueDeclared(name, messages: 0, consumers: 1)
    }
}
