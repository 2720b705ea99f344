import BrokerLink
import Messaging

/// Which dead letters go where: made before anybody is asked, and carried out as it stands.
///
/// A plan for chosen letters freezes its selection: messages that die meanwhile are not part of it,
/// and those that leave their queue meanwhile are reported as missing. A plan for whole queues, of
/// which only a part was looked at, leaves it to the broker which messages there are; its figures
/// by target are those of the part.
package struct RedrivePlan: Equatable, Sendable {
    /// One request to the link and how many messages it is about.
    package struct Step: Equatable, Sendable {
        package var request: RedriveRequest
        package var count: Int

        package init(_ request: RedriveRequest, count: Int) {
            self.request = request
            self.count = count
        }
    }

    /// Why a chosen message stays where it is.
    package enum Obstacle: Hashable, Sendable {
        /// It never died, so that nobody knows where it belongs.
        case noDeathRecord
        /// All its death records are of the queue it lies in.
        case diedNowhereElse(QueueName)
        case queueGone(QueueName)
        /// The target is the queue it lies in already.
        case alreadyThere(QueueName)
        /// A consumer holds it.
        case heldByConsumer
    }

    /// In the order in which they are carried out: by source, then by target.
    package private(set) var steps: [Step]
    /// How many messages go to each target, among those that were looked at.
    package let targets: [QueueName: Int]
    /// How many messages each obstacle keeps back, among those that were looked at.
    package let obstacles: [Obstacle: Int]
    /// Whether ``targets`` and ``obstacles`` cover only a part of what the steps are about.
    package let coversOnlyPart: Bool
    /// Whether they go where somebody said, and not back to where they died.
    package let isMove: Bool

    /// Plans for exactly these letters.
    ///
    /// - Parameters:
    ///   - letters: The selection, of any queues and in any order.
    ///   - target: Where to.
    ///   - hasQueue: Whether a queue exists now; a message for one that does not stays.
    package init(
        for letters: [DeadLetter], to target: RedriveRequest.Target,
        hasQueue: (QueueName) -> Bool
    ) {
        let sorting = Sorting(letters, to: target, hasQueue: hasQueue)
        self.steps = sorting.chosen.keys.sorted().map { route in
            let messages = sorting.chosen[route, default: []].sorted()
            return Step(
                RedriveRequest(
                    source: route.source, selection: .messages(messages),
                    target: .queue(route.target)),
                count: messages.count)
        }
        self.targets = sorting.targets
        self.obstacles = sorting.obstacles
        self.coversOnlyPart = false
        self.isMove = target != .queueItDiedIn
    }

    /// Plans for everything in some queues, of which only the first messages were looked at.
    ///
    /// - Parameters:
    ///   - sources: How many messages each queue holds.
    ///   - letters: Those that were looked at.
    ///   - target: Where to.
    ///   - hasQueue: Whether a queue exists now.
    package init(
        wholeOf sources: [QueueName: Int], seen letters: [DeadLetter],
        to target: RedriveRequest.Target, hasQueue: (QueueName) -> Bool
    ) {
        let sorting = Sorting(letters, to: target, hasQueue: hasQueue)
        self.steps = sources.keys.sorted().map { source in
            Step(
                RedriveRequest(source: source, selection: .all, target: target),
                count: sources[source, default: 0])
        }
        self.targets = sorting.targets
        self.obstacles = sorting.obstacles
        self.coversOnlyPart = true
        self.isMove = target != .queueItDiedIn
    }

    /// Messages a second that each step moves at most; nil is as fast as it goes.
    package var perSecondMax: Int? {
        get { self.steps.first?.request.perSecondMax }
        set {
            for place in self.steps.indices { self.steps[place].request.perSecondMax = newValue }
        }
    }

    /// How many messages the steps are about.
    package var count: Int { self.steps.reduce(0) { $0 + $1.count } }

    /// How many messages that were looked at stay where they are.
    package var unroutable: Int { self.obstacles.values.reduce(0, +) }

    /// The queues it takes messages from, in the order of the steps.
    package var sources: [QueueName] {
        self.steps.reduce(into: []) { sources, step in
            if sources.last != step.request.source { sources.append(step.request.source) }
        }
    }
}

extension RedrivePlan {
    /// Letters sorted into routes and obstacles.
    fileprivate struct Sorting {
        var chosen: [Route: [MessageID]] = [:]
        var obstacles: [Obstacle: Int] = [:]

        init(
            _ letters: [DeadLetter], to target: RedriveRequest.Target,
            hasQueue: (QueueName) -> Bool
        ) {
            for letter in letters {
                switch RedrivePlan.target(of: letter, wanted: target, hasQueue: hasQueue) {
                case .success(let queue):
                    self.chosen[Route(source: letter.queue, target: queue), default: []]
                        .append(letter.browsed.id)
                case .failure(let blocked): self.obstacles[blocked.obstacle, default: 0] += 1
                }
            }
        }

        var targets: [QueueName: Int] {
            self.chosen.reduce(into: [:]) { $0[$1.key.target, default: 0] += $1.value.count }
        }
    }

    fileprivate struct Route: Hashable, Comparable {
        var source: QueueName
        var target: QueueName

        static func < (left: Self, right: Self) -> Bool {
            (left.source, left.target) < (right.source, right.target)
        }
    }

    fileprivate struct Blocked: Error {
        var obstacle: Obstacle
    }

    fileprivate static func target(
        of letter: DeadLetter, wanted: RedriveRequest.Target, hasQueue: (QueueName) -> Bool
    ) -> Result<QueueName, Blocked> {
        if letter.browsed.isUnacked { return .failure(Blocked(obstacle: .heldByConsumer)) }
        let target: QueueName
        switch wanted {
        case .queue(let queue): target = queue
        case .queueItDiedIn:
            guard let queue = letter.queueItDiedIn else {
                return .failure(
                    Blocked(
                        obstacle: letter.browsed.deaths.isEmpty
                            ? .noDeathRecord : .diedNowhereElse(letter.queue)))
            }
            target = queue
        }
        if target == letter.queue { return .failure(Blocked(obstacle: .alreadyThere(target))) }
        guard hasQueue(target) else {
            return .failure(Blocked(obstacle: .queueGone(target)))
        }
        return .success(target)
    }
}
