export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "accounts": {
        Row: {
          "balance": number;
          "currency": string;
          "owner": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "balance": number;
          "currency": string;
          "owner": string;
          "user_id": string;
        };
        Update: {
          "balance"?: number;
          "currency"?: string;
          "owner"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "orders": {
        Row: {
          "eta_days": number | null;
          "item": string;
          "order_id": string;
          "owner": string;
          "status": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "eta_days"?: number | null;
          "item": string;
          "order_id": string;
          "owner": string;
          "status": string;
          "updated_at"?: string;
        };
        Update: {
          "eta_days"?: number | null;
          "item"?: string;
          "order_id"?: string;
          "owner"?: string;
          "status"?: string;
          "updated_at"?: string;
        };
        Relationships: [];
      };
      "session_events": {
        Row: {
          "content": string;
          "created_at": string;
          "data": NonNullable<Json>;
          "event_type": string;
          "id": number;
          "message_id": string | null;
          "role": string;
          "seq": number | null;
          "seq_to": number | null;
          "session_id": string;
        };
        ComputedFields: never;
        Insert: {
          "content"?: string;
          "created_at"?: string;
          "data"?: NonNullable<Json>;
          "event_type": string;
          "id"?: never;
          "message_id"?: never;
          "role": string;
          "seq"?: number | null;
          "seq_to"?: number | null;
          "session_id": string;
        };
        Update: {
          "content"?: string;
          "created_at"?: string;
          "data"?: NonNullable<Json>;
          "event_type"?: string;
          "id"?: never;
          "message_id"?: never;
          "role"?: string;
          "seq"?: number | null;
          "seq_to"?: number | null;
          "session_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "session_events_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "sessions";
            referencedColumns: ["session_id"];
          },
        ];
      };
      "session_observers": {
        Row: {
          "joined_at": string;
          "session_id": string;
          "share_id": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "joined_at"?: string;
          "session_id": string;
          "share_id": string;
          "user_id": string;
        };
        Update: {
          "joined_at"?: string;
          "session_id"?: string;
          "share_id"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "session_observers_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "sessions";
            referencedColumns: ["session_id"];
          },
          {
            foreignKeyName: "session_observers_share_id_fkey";
            columns: ["share_id"];
            isOneToOne: false;
            referencedRelation: "session_shares";
            referencedColumns: ["share_id"];
          },
        ];
      };
      "session_shares": {
        Row: {
          "created_at": string;
          "expires_at": string | null;
          "label": string | null;
          "revoked_at": string | null;
          "session_id": string;
          "share_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "expires_at"?: string | null;
          "label"?: string | null;
          "revoked_at"?: string | null;
          "session_id": string;
          "share_id"?: string;
        };
        Update: {
          "created_at"?: string;
          "expires_at"?: string | null;
          "label"?: string | null;
          "revoked_at"?: string | null;
          "session_id"?: string;
          "share_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "session_shares_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "sessions";
            referencedColumns: ["session_id"];
          },
        ];
      };
      "sessions": {
        Row: {
          "duration_seconds": number | null;
          "end_reason": string | null;
          "end_seq": number;
          "end_time": string | null;
          "ending_number": number;
          "input_tokens": number;
          "last_activity_at": string;
          "message_count": number;
          "output_tokens": number;
          "session_id": string;
          "start_time": string;
          "status": string;
          "summary": string | null;
          "summary_read": boolean;
          "summary_status": string;
          "title": string | null;
          "title_source": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "duration_seconds"?: number | null;
          "end_reason"?: string | null;
          "end_seq"?: number;
          "end_time"?: string | null;
          "ending_number"?: number;
          "input_tokens"?: number;
          "last_activity_at"?: string;
          "message_count"?: number;
          "output_tokens"?: number;
          "session_id": string;
          "start_time"?: string;
          "status"?: string;
          "summary"?: string | null;
          "summary_read"?: boolean;
          "summary_status"?: string;
          "title"?: string | null;
          "title_source"?: string;
          "user_id": string;
        };
        Update: {
          "duration_seconds"?: number | null;
          "end_reason"?: string | null;
          "end_seq"?: number;
          "end_time"?: string | null;
          "ending_number"?: number;
          "input_tokens"?: number;
          "last_activity_at"?: string;
          "message_count"?: number;
          "output_tokens"?: number;
          "session_id"?: string;
          "start_time"?: string;
          "status"?: string;
          "summary"?: string | null;
          "summary_read"?: boolean;
          "summary_status"?: string;
          "title"?: string | null;
          "title_source"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "accept_share": { Args: { "p_code": string }; Returns: Json };
      "append_events": { Args: { "p_batches": Json; "p_worker_id": string }; Returns: Json };
      "cancel_order": { Args: { "p_call_key": string; "p_order_id": string }; Returns: Json };
      "claim_session": {
        Args: { "p_lost_epoch"?: number; "p_session_id": string; "p_worker_id": string };
        Returns: Json;
      };
      "claim_summary_job": { Args: { "p_session_id": string }; Returns: Json };
      "create_share": {
        Args: { "p_expires_at"?: string; "p_label"?: string; "p_session_id": string };
        Returns: Json;
      };
      "detach_connection": {
        Args: {
          "p_close_code": number;
          "p_connection_id": string;
          "p_session_id": string;
          "p_worker_id": string;
        };
        Returns: Json;
      };
      "fail_summary_job": {
        Args: {
          "p_claim_token": string;
          "p_ending_number": number;
          "p_reason": string;
          "p_session_id": string;
        };
        Returns: undefined;
      };
      "finish_summary_job": {
        Args: {
          "p_claim_token": string;
          "p_ending_number": number;
          "p_session_id": string;
          "p_summary": string;
        };
        Returns: Json;
      };
      "open_session": {
        Args: {
          "p_connection_id": string;
          "p_session_id": string;
          "p_user_id": string;
          "p_worker_id": string;
        };
        Returns: Json;
      };
      "read_session": {
        Args: {
          "p_after_seq"?: number;
          "p_cursor_epoch"?: number;
          "p_cursor_seq"?: number;
          "p_max_bytes"?: number;
          "p_session_id": string;
        };
        Returns: Json;
      };
      "read_session_log": {
        Args: {
          "p_after_seq"?: number;
          "p_cursor_epoch"?: number;
          "p_cursor_seq"?: number;
          "p_max_bytes"?: number;
          "p_session_id": string;
        };
        Returns: Json;
      };
      "revoke_share": { Args: { "p_share_id": string }; Returns: undefined };
      "search_sessions": {
        Args: { "p_before"?: string; "p_before_id"?: string; "p_limit"?: number; "p_query"?: string };
        Returns: {
          "end_time": string;
          "last_activity_at": string;
          "message_count": number;
          "session_id": string;
          "snippet": string;
          "start_time": string;
          "status": string;
          "summary": string;
          "summary_read": boolean;
          "summary_status": string;
          "title": string;
        }[];
      };
      "send_command": { Args: { "p_command": Json; "p_session_id": string }; Returns: Json };
      "session_analytics": { Args: Record<PropertyKey, never>; Returns: Json };
      "session_topics": { Args: { "p_session_id": string }; Returns: Json };
      "submit_command": {
        Args: { "p_command": Json; "p_session_id": string; "p_user_id": string };
        Returns: Json;
      };
      "watch_session": { Args: { "p_session_id": string }; Returns: Json };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "public": {
    Enums: {},
  },
} as const;
