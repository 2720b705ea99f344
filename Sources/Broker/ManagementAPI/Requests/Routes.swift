/// Which controller answers what: paths with `{names}` in them, such as `queues/{vhost}/{queue}`.
struct Routes: Sendable {
    /// Throws ``APIFailure`` and nothing else.
    typealias Handler = @Sendable (APIRequest) async throws -> APIAnswer

    struct Route: Sendable {
        let method: APIMethod
        let access: Access
        /// What it takes to ask about the virtual host of the path.
        let host: HostAccess
        let handler: Handler

        func answer(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
            do {
                return try await self.handler(request)
            } catch let failure as APIFailure {
                throw failure
            } catch {
                preconditionFailure("handlers throw nothing but an APIFailure: \(error)")
            }
        }
    }

    /// All that is answered at one path.
    private struct Entry: Sendable {
        let pattern: [String]
        var routes: [Route]

        /// - Returns: What the names stand for; nil when it is another path.
        func match(_ path: [String]) -> [String: String]? {
            guard path.count == self.pattern.count else { return nil }
            var parameters: [String: String] = [:]
            for (part, pattern) in zip(path, self.pattern) {
                if pattern.hasPrefix("{") {
                    parameters[String(pattern.dropFirst().dropLast())] = part
                } else if part != pattern {
                    return nil
                }
            }
            return parameters
        }
    }

    enum Match {
        case found(Route, [String: String])
        case noSuchPath
        case noSuchMethod
    }

    private var entries: [Entry] = []

    mutating func get(
        _ path: String, _ access: Access = .management, host: HostAccess = .inside,
        _ handler: @escaping Handler
    ) {
        self.add(.get, path, access, host: host, handler)
    }

    mutating func put(_ path: String, _ access: Access = .management, _ handler: @escaping Handler)
    {
        self.add(.put, path, access, handler)
    }

    mutating func post(
        _ path: String, _ access: Access = .management, _ handler: @escaping Handler
    ) {
        self.add(.post, path, access, handler)
    }

    mutating func delete(
        _ path: String, _ access: Access = .management, _ handler: @escaping Handler
    ) {
        self.add(.delete, path, access, handler)
    }

    private mutating func add(
        _ method: APIMethod, _ path: String, _ access: Access, host: HostAccess = .inside,
        _ handler: @escaping Handler
    ) {
        let pattern = path.split(separator: "/").map(String.init)
        let route = Route(
            method: method, access: access, host: host, handler: handler)
        if let index = self.entries.firstIndex(where: { $0.pattern == pattern }) {
            self.entries[index].routes.append(route)
        } else {
            self.entries.append(Entry(pattern: pattern, routes: [route]))
        }
    }

    /// Paths that are written out come before those with names in their place, as they were added.
    func match(_ method: APIMethod, _ path: [String]) -> Match {
        let method = method == .head ? .get : method
        for entry in self.entries {
            guard let parameters = entry.match(path) else { continue }
            guard let route = entry.routes.first(where: { $0.method == method }) else {
                return .noSuchMethod
            }
            return .found(route, parameters)
        }
        return .noSuchPath
    }

    /// The methods that a path knows, for `OPTIONS` and 405.
    func methods(at path: [String]) -> [String] {
        guard let entry = self.entries.first(where: { $0.match(path) != nil }) else { return [] }
        let methods = entry.routes.map(\.method.rawValue)
        return (methods + (methods.contains("GET") ? ["HEAD"] : []) + ["OPTIONS"]).sorted()
    }
}
