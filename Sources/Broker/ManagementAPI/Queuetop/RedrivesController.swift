import Core
import Engine
import Messaging

/// Dead letters go back at a rate: started, watched, paused and stopped.
struct RedrivesController: Controller {
    private let context: ManagementContext

    init(_ context: ManagementContext) { self.context = context }

    func add(to routes: inout Routes) {
        routes.get("queuetop/redrives") { request in
            try request.requireQuery(
                of: "page", "page_size", "name", "use_regex", "sort", "sort_reverse", "columns")
            var list = try ItemList(request.query)
            for job in self.context.redrives.jobs where job.isVisible(to: request.account) {
                let status = await job.status
                list.add(named: status.order.source.text) { $0.redrive(status) }
            }
            return try list.answer()
        }
        routes.post("queuetop/queues/{vhost}/{queue}/redrive") { request in
            try await self.begin(request)
        }
        routes.get("queuetop/redrives/{id}") { request in
            try request.requireQuery()
            let status = try await self.job(request).status
            return .object { $0.redrive(status) }
        }
        for (verb, state) in [("pause", RedriveJob.State.paused), ("resume", .running)] {
            routes.post("queuetop/redrives/{id}/\(verb)") { request in
                _ = try OrderBody(request)
                return try await self.change(request, to: state)
            }
        }
        routes.delete("queuetop/redrives/{id}") { request in
            try await self.change(request, to: .stopped)
        }
    }

    private func begin(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        let (host, source) = (request.host, request.queue)
        let body = try OrderBody(request, fields: "rate", "target")
        let rate = try body.number(
            "rate", orElse: RedriveJob.rateDefault, in: 1...RedriveJob.rateMax)
        let target = try body.textOrNull("target").map { QueueName($0) }
        try await self.context.requireReading(request)
        guard await self.context.engine.hasQueue(source, in: host) else { throw .notFound }
        guard await self.context.engine.nextOffset(of: source, in: host) == nil else {
            throw .badRequest("a stream's messages leave by age or size alone")
        }
        if let target, await !self.context.engine.hasQueue(target, in: host) {
            throw .badRequest("there is no queue '\(target)' to move them to")
        }
        try await self.context.requireWriting(to: target, request)
        let order = RedriveOrder(
            host: host, source: source, target: target, rate: rate,
            user: request.account.name)
        guard let job = await self.context.redrives.begin(order) else {
            throw .badRequest("\(RedriveDesk.jobsMax) redrives go on already")
        }
        let status = await job.status
        return .object(.created) { $0.redrive(status) }
    }

    private func job(_ request: APIRequest) throws(APIFailure) -> RedriveJob {
        let id = Int(request.parameter("id"))
        guard let job = self.context.redrives.jobs.first(where: { $0.id == id }),
            job.isVisible(to: request.account)
        else { throw .notFound }
        return job
    }

    private func change(
        _ request: APIRequest, to state: RedriveJob.State
    ) async throws(APIFailure) -> APIAnswer {
        let job = try self.job(request)
        guard await job.set(state) else { throw .badRequest("the redrive is over") }
        let status = await job.status
        return .object { $0.redrive(status) }
    }
}

extension RedriveJob {
    /// Administrators see and stop every one, others their own.
    fileprivate nonisolated func isVisible(to account: ManagementAccount) -> Bool {
        account.may(.administrator) || self.order.user.hasSameOctets(as: account.name)
    }
}
