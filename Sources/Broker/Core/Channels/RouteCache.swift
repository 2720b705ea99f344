/// Where the last message of a channel went, so that the next like it need not be routed.
///
/// Publishers repeat themselves: two comparisons of bytes replace the lookups. Valid as long as
/// no exchange, queue or binding changes, and never for a way that headers decide.
struct RouteCache {
    /// Slots of the queues that the message goes to.
    private(set) var targets: [Int] = []
    /// Addresses of consumers that wait for it as a reply.
    private(set) var replies: [[UInt8]] = []
    /// Exchanges in which it has to wait; only for the message at hand.
    private(set) var delays: [Delay] = []
    private var exchangeAndKey: [UInt8] = []
    private var exchangeBytes = 0
    /// The topology it was made from; 0 matches none.
    private var generation: UInt64 = 0

    @inline(__always)
    func holds(
        _ exchange: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer, generation: UInt64
    ) -> Bool {
        guard self.generation == generation, self.exchangeBytes == exchange.count,
            self.exchangeAndKey.count == exchange.count + key.count
        else { return false }
        return self.exchangeAndKey.withUnsafeBytes { known in
            guard let start = known.baseAddress else { return true }
            return exchange.equals(start) && key.equals(start + exchange.count)
        }
    }

    mutating func store(
        _ route: Route, _ exchange: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer,
        generation: UInt64
    ) {
        self.targets = route.queues
        self.replies = route.replies
        self.delays = route.delays
        self.exchangeAndKey.removeAll(keepingCapacity: true)
        self.exchangeAndKey.append(contentsOf: exchange)
        self.exchangeAndKey.append(contentsOf: key)
        self.exchangeBytes = exchange.count
        self.generation = route.isByKeyAlone ? generation : 0
    }
}
